# SPDX-License-Identifier: MIT
# parallax_wayland_protocols(TARGET FILE...): generates the code of protocols with wayland-scanner, as
# a library with headers NAME-client.h. A FILE without a folder is one of the package wayland-protocols.

find_program(PARALLAX_WAYLAND_SCANNER wayland-scanner REQUIRED) # this system's, when compiling for another
pkg_get_variable(PARALLAX_WAYLAND_PROTOCOLS wayland-protocols pkgdatadir)

function(parallax_wayland_protocols target)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/protocols)
    file(MAKE_DIRECTORY ${folder})
    set(outputs)
    foreach(file IN LISTS ARGN)
        cmake_path(GET file STEM name)
        if(NOT EXISTS ${file})
            set(file ${PARALLAX_WAYLAND_PROTOCOLS}/${file})
        endif()
        foreach(part "client-header:${name}-client.h" "private-code:${name}.c")
            string(REPLACE ":" ";" part ${part})
            list(GET part 0 kind)
            list(GET part 1 output)
            add_custom_command(
                OUTPUT ${folder}/${output}
                COMMAND ${PARALLAX_WAYLAND_SCANNER} --strict ${kind} ${file} ${folder}/${output}
                DEPENDS ${file}
                VERBATIM)
            list(APPEND outputs ${folder}/${output})
        endforeach()
    endforeach()
    add_library(${target} STATIC ${outputs})
    target_include_directories(${target} SYSTEM INTERFACE ${folder})
    target_link_libraries(${target} PUBLIC PkgConfig::PARALLAX_WAYLAND)
endfunction()
