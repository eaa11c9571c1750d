"""
Sync and async HTTP transports, on requests and aiohttp. Only these modules open sockets.

Each transport sends one `HTTPRequest` and returns one `HTTPResponse`. Both override private members
of the libraries below them. The section "Private members that the transports override" of
`docs/reliability.md` lists each member, the reason and the test that covers it.
"""
