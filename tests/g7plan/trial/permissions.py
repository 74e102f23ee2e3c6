"""Read the permissions of a folder and its files."""

import stat


def modes(path):
    return {
        (str(parent), parent.stat().st_mode, parent.stat().st_uid)
        for parent in path.parents
    }


def folder_mode(path):
    return stat.S_IMODE(path.stat().st_mode)
