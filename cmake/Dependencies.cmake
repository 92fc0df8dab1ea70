# SPDX-License-Identifier: MIT
#
# Finds all dependencies of the project in one place, so that one message names all that are missing
# or too old, their purpose and instructions. docs/install.md has the packages' names for Debian,
# Ubuntu, Fedora and Arch.

option(PARALLAX_WINDOW "Build `parallax window`, which needs GLFW 3.4, Dear ImGui and glm" ON)

set(missing)
macro(parallax_missing sentence)
    string(APPEND missing "\n  - ${sentence}")
endmacro()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    parallax_missing("GCC 14 or later (std::expected, std::print); this is ${CMAKE_CXX_COMPILER_VERSION}. Install g++-14 and configure with -DCMAKE_CXX_COMPILER=g++-14")
endif()

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
    message(FATAL_ERROR "Parallax needs pkg-config to look for libraries (Debian: pkgconf).")
endif()

find_package(Vulkan QUIET COMPONENTS glslc)
if(NOT Vulkan_INCLUDE_DIR OR NOT EXISTS ${Vulkan_INCLUDE_DIR}/vulkan/vulkan_raii.hpp)
    parallax_missing("Vulkan's headers with Vulkan-Hpp (Debian: libvulkan-dev)")
elseif(Vulkan_VERSION VERSION_LESS 1.4.304) # the oldest that was tried; 1.3.275 does not do
    parallax_missing("Vulkan's headers, 1.4.304 or later; these are ${Vulkan_VERSION}. Newer ones are headers only: unpack https://github.com/KhronosGroup/Vulkan-Headers and configure with -DVulkan_INCLUDE_DIR=.../include")
endif()
if(NOT Vulkan_GLSLC_EXECUTABLE)
    parallax_missing("glslc, which compiles the shaders (Debian: glslc; Fedora: glslc; Arch: shaderc)")
endif()

pkg_check_modules(PARALLAX_DRM QUIET IMPORTED_TARGET GLOBAL libdrm)
if(NOT PARALLAX_DRM_FOUND)
    parallax_missing("libdrm (Debian: libdrm-dev)")
endif()
pkg_check_modules(PARALLAX_GBM QUIET IMPORTED_TARGET GLOBAL gbm)
if(NOT PARALLAX_GBM_FOUND)
    parallax_missing("GBM (Debian: libgbm-dev)")
endif()

pkg_check_modules(PARALLAX_GL QUIET IMPORTED_TARGET GLOBAL egl glesv2 gbm)
if(NOT PARALLAX_GL_FOUND)
    parallax_missing("EGL, OpenGL ES and GBM (Debian: libegl-dev, libgles-dev, libgbm-dev)")
endif()

pkg_check_modules(PARALLAX_WAYLAND QUIET IMPORTED_TARGET GLOBAL wayland-client)
pkg_check_modules(PARALLAX_PROTOCOLS QUIET wayland-protocols wayland-scanner)
if(NOT PARALLAX_WAYLAND_FOUND OR NOT PARALLAX_PROTOCOLS_FOUND)
    parallax_missing("Wayland's client library, scanner and protocols (Debian: libwayland-dev, wayland-protocols)")
endif()

# Header-only libraries.
macro(parallax_header header from)
    string(MAKE_C_IDENTIFIER PARALLAX_HAS_${header} found)
    find_path(${found} ${header})
    if(NOT ${found})
        parallax_missing("the header ${header} (${from})")
    endif()
    mark_as_advanced(${found})
endmacro()
parallax_header(vk_mem_alloc.h "Debian: libvulkan-memory-allocator-dev; or put it into /usr/local/include, from https://github.com/GPUOpen-LibrariesAndSDKs/VulkanMemoryAllocator")
foreach(header stb_image.h stb_image_write.h stb_image_resize2.h stb_truetype.h)
    parallax_header(stb/${header} "Debian: libstb-dev; where that is older, put it into /usr/local/include/stb, from https://github.com/nothings/stb")
endforeach()

foreach(package CLI11 nlohmann_json benchmark)
    find_package(${package} QUIET)
    if(NOT ${package}_FOUND)
        parallax_missing("${package} (Debian: libcli11-dev, nlohmann-json3-dev, libbenchmark-dev)")
    endif()
endforeach()

if(PARALLAX_WINDOW)
    find_package(glfw3 3.4 QUIET)
    find_package(glm QUIET)
    pkg_check_modules(IMGUI QUIET IMPORTED_TARGET imgui)
    if(NOT glfw3_FOUND)
        set(considered)
        if(glfw3_CONSIDERED_VERSIONS)
            list(REMOVE_DUPLICATES glfw3_CONSIDERED_VERSIONS)
            set(considered "; this is ${glfw3_CONSIDERED_VERSIONS}")
        endif()
        parallax_missing("GLFW 3.4 or later for the window${considered} (Debian: libglfw3-dev), or -DPARALLAX_WINDOW=OFF to do without")
    endif()
    if(NOT glm_FOUND OR NOT IMGUI_FOUND)
        parallax_missing("glm and Dear ImGui for the window (Debian: libglm-dev, libimgui-dev), or -DPARALLAX_WINDOW=OFF to do without")
    endif()
endif()

if(PARALLAX_TESTS)
    find_package(GTest QUIET)
    if(NOT GTest_FOUND)
        parallax_missing("GoogleTest (Debian: libgtest-dev, libgmock-dev), or -DPARALLAX_TESTS=OFF to do without")
    endif()
endif()

if(missing)
    message(FATAL_ERROR "This system lacks what Parallax needs:${missing}\n"
        "Or build it in the virtual machine's root, which has all of it: ./lab build")
endif()
