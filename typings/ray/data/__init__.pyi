from ray.data.dataset import Dataset as Dataset
from ray.data.datasource.datasink import Datasink as Datasink
