# SPDX-License-Identifier: MIT
# shellcheck shell=bash
root=$cache/root
