// SPDX-License-Identifier: MIT
#pragma once

// Vulkan-Hpp as the project uses it: RAII handles, the loader opened at run time (so that a
// machine without one gets a sentence, not a link error), designated initialisers for structs.
#define VULKAN_HPP_NO_CONSTRUCTORS
#define VULKAN_HPP_NO_SMART_HANDLE
#include <vulkan/vulkan_raii.hpp>
