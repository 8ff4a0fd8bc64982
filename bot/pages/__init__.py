"""The interactive pages of the web and the map, behind signed links.

A link carries its ticket in the fragment of the address, which browsers send to nobody: it appears in no log and no
Referer. The page's script sends it as a bearer token with each question, so there are no cookies, and another site can
ask nothing in somebody's name.
"""
