# SPDX-License-Identifier: MIT
# parallax_shaders(TARGET FILE...): compiles GLSL to SPIR-V at build time, as lists of words that
# C++ includes ("view.frag.inc"), so that programs need not find their shaders at run time.
# TARGET is an interface library that brings the include folder and the dependency.

find_package(Vulkan REQUIRED COMPONENTS glslc)

function(parallax_shaders target)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/spirv)
    file(MAKE_DIRECTORY ${folder})
    set(outputs)
    foreach(shader IN LISTS ARGN)
        set(output ${folder}/${shader}.inc)
        add_custom_command(
            OUTPUT ${output}
            COMMAND Vulkan::glslc --target-env=vulkan1.3 -Werror -O -mfmt=num
                    -MD -MF ${output}.d -o ${output} ${CMAKE_CURRENT_SOURCE_DIR}/${shader}
            DEPENDS ${shader}
            DEPFILE ${output}.d
            COMMENT "Compiling shader ${shader}"
            VERBATIM)
        list(APPEND outputs ${output})
    endforeach()
    add_custom_target(${target}-spirv DEPENDS ${outputs})
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${folder})
    add_dependencies(${target} ${target}-spirv)
endfunction()
