"""What outlives the process: dialogs, update ids, file ids and locks in Redis, snapshot folders on disk.

Keeps things without knowing what they mean: values go in and out through codecs and paths given by the caller.
"""
