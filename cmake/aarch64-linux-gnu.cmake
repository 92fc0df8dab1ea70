# SPDX-License-Identifier: MIT
# For 64-bit ARM, by Debian's cross compiler: cmake --toolchain cmake/aarch64-linux-gnu.cmake. The
# libraries are those of PARALLAX_SYSROOT, a root file system of that architecture; without it those of
# packages NAME:arm64 of this system.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

set(PARALLAX_SYSROOT "" CACHE PATH "A root file system of the target's architecture")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PARALLAX_SYSROOT)
set(CMAKE_SYSROOT ${PARALLAX_SYSROOT})
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${PARALLAX_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${PARALLAX_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${PARALLAX_SYSROOT}/usr/share/pkgconfig)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
