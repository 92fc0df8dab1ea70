// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace parallax::test {

// Absolute paths. CMake writes them to one source file: as definitions on the command line they
// would be part of every object, and a compiler cache would miss in each other checkout.
extern const char* const project_folder;
extern const char* const build_folder;

/// The program under test.
std::string program_path();

/// @return the folder of the Vulkan layer that makes a driver fail, see tests/failures.
std::string faults_layer_folder();

} // namespace parallax::test
