# SPDX-License-Identifier: MIT
#
# Debian packages, made by cpack: the program, the library, and the module's source for DKMS. Their
# files are those of install(... COMPONENT program | library | module).
#
#   cmake --preset release -D CMAKE_INSTALL_PREFIX=/usr
#   cmake --build --preset release && cpack --config build/release/CPackConfig.cmake

set(packaging ${PROJECT_SOURCE_DIR}/packaging)

# The module's source for DKMS: /usr/src/NAME-VERSION. Only for packages: DKMS does not look into a
# prefix like /usr/local; use `make -C kmod install` there.
file(STRINGS ${PROJECT_SOURCE_DIR}/kmod/dkms.conf dkms_lines REGEX "^PACKAGE_(NAME|VERSION)=")
string(REGEX REPLACE ".*PACKAGE_NAME=\"([^\"]+)\".*" "\\1" dkms_name "${dkms_lines}")
string(REGEX REPLACE ".*PACKAGE_VERSION=\"([^\"]+)\".*" "\\1" dkms_version "${dkms_lines}")
if(NOT dkms_version STREQUAL PROJECT_VERSION)
    message(FATAL_ERROR "kmod/dkms.conf is of version ${dkms_version}, the project of ${PROJECT_VERSION}")
endif()
set(in_package COMPONENT module EXCLUDE_FROM_ALL)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/kmod/ DESTINATION src/${dkms_name}-${dkms_version}
    ${in_package}
    FILES_MATCHING PATTERN "*.[ch]" PATTERN Kbuild PATTERN Makefile PATTERN compiler.sh PATTERN dkms.conf
    PATTERN "*.mod.c" EXCLUDE PATTERN importer EXCLUDE PATTERN ".*" EXCLUDE)
# Packages install here; /etc is for the administrator.
install(FILES ${PROJECT_SOURCE_DIR}/kmod/60-dmabuf-exporter.rules
    DESTINATION lib/udev/rules.d ${in_package})
install(FILES ${packaging}/modules-load.conf
    RENAME ${dkms_name}.conf DESTINATION lib/modules-load.d ${in_package})
foreach(script postinst prerm)
    configure_file(${packaging}/${script}.in ${PROJECT_BINARY_DIR}/packaging/${script} @ONLY
        FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                         WORLD_READ WORLD_EXECUTE)
endforeach()

# The copyright file of each package.
install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/parallax
    COMPONENT program EXCLUDE_FROM_ALL)
install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libparallax-dev
    COMPONENT library EXCLUDE_FROM_ALL)
install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/parallax-dkms
    ${in_package})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME parallax)
set(CPACK_PACKAGE_VENDOR "the Parallax project")
set(CPACK_PACKAGE_CONTACT "the Parallax project <parallax@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library module)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS OFF)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME parallax)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
# Opened at run time, so dpkg-shlibdeps cannot find it.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS libvulkan1)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "mesa-vulkan-drivers, libegl-mesa0")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "parallax-dkms, vulkan-validationlayers, gnuplot-nox")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
    "one piece of dma-buf memory, seen from several sides
The CPU writes a picture into a dma-buf, Vulkan imports the same memory and
renders it, and the program compares what both see, pixel by pixel. For
people who write drivers, compositors, camera and video pipelines.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libparallax-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "libdrm-dev, libvulkan-dev, g++ (>= 4:14)")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS "pkgconf, cmake")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
    "dma-bufs for C++: allocate, map, import into Vulkan, compare
A static library with its headers, for programs that share memory between
CPU, GPU, displays, cameras and processes.")

set(CPACK_DEBIAN_MODULE_PACKAGE_NAME parallax-dkms)
set(CPACK_DEBIAN_MODULE_PACKAGE_SECTION kernel)
set(CPACK_DEBIAN_MODULE_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_MODULE_PACKAGE_DEPENDS "dkms (>= 3), make")
set(CPACK_DEBIAN_MODULE_PACKAGE_RECOMMENDS "linux-headers-generic | linux-headers-amd64 | linux-headers")
set(CPACK_DEBIAN_MODULE_PACKAGE_SUGGESTS parallax)
set(CPACK_DEBIAN_MODULE_PACKAGE_CONTROL_EXTRA
    ${PROJECT_BINARY_DIR}/packaging/postinst ${PROJECT_BINARY_DIR}/packaging/prerm)
set(CPACK_DEBIAN_MODULE_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENT_MODULE_DESCRIPTION
    "kernel module that exports dma-bufs at /dev/exporter (DKMS)
An exporter of ordinary, cached memory, which speaks the kernel's own dma-heap
interface. Built by DKMS for every installed kernel from 6.1 on; members of
the group video and the user of the local session may open the node.")
include(CPack)
