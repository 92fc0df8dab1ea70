# SPDX-License-Identifier: MIT
# Language level, warnings and sanitizers for every target of the project.

option(PARALLAX_WERROR "Treat warnings as errors" OFF)
set(PARALLAX_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize=")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
add_compile_options(-fPIC) # the same everywhere, so that programs share the library's precompiled header
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1") # enough for backtraces, at a third of the size

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wimplicit-fallthrough
                    -Wno-missing-field-initializers # designated initialisers name what matters
                    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
                    $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)
if(PARALLAX_WERROR AND NOT PARALLAX_SANITIZE) # between sanitizers' calls GCC sees what is not there
    add_compile_options(-Werror)
endif()
if(PARALLAX_SANITIZE)
    add_compile_options(-fsanitize=${PARALLAX_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer
                        -O1) # -O2 compiles much longer
    add_link_options(-fsanitize=${PARALLAX_SANITIZE})
endif()

# parallax_allow_stb(FOLDER): suppresses two known UBSan reports in stb, in FOLDER: misaligned word
# copies in stb_image_resize2, and memcpy(NULL, ..., 0) for a PNG with an empty IDAT.
function(parallax_allow_stb folder)
    if(PARALLAX_SANITIZE)
        set_source_files_properties(${folder}/resized.cpp PROPERTIES COMPILE_OPTIONS -fno-sanitize=alignment)
        set_source_files_properties(${folder}/picture_file.cpp PROPERTIES COMPILE_OPTIONS -fno-sanitize=nonnull-attribute)
    endif()
endfunction()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # ccache requires this sloppiness for precompiled headers.
    set(launcher ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        ${CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()
