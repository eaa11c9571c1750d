"""Write the generated part of docs/parity.md."""

from tests._parity.kinds.page import write

write()
