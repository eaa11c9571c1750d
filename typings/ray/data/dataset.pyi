from typing import Any

from ray.data.datasource.datasink import Datasink

class Dataset:
    def __init__(
        self,
        logical_plan: object,
        context: object,
        in_stats: object,
        cache: object | None = None,
        dataset_name: str | None = None,
    ) -> None: ...
    def write_datasink(
        self,
        datasink: Datasink[Any],
        *,
        ray_remote_args: dict[str, Any] | None = None,
        concurrency: int | None = None,
    ) -> None: ...
