// SPDX-License-Identifier: MIT
#pragma once

// Vulkan-Hpp as the project uses it: RAII handles, the loader opened at run time (so that a
// machine without one gets a sentence, not a link error), designated initialisers for structs.
#define VULKAN_HPP_NO_CONSTRUCTORS
#define VULKAN_HPP_NO_SMART_HANDLE

// Its dispatchers have two members more where NDEBUG is not defined, so a program could not be
// linked with a library that was built the other way. Here they always have them, and NDEBUG
// decides about assertions alone.
#ifdef NDEBUG
#define VULKAN_HPP_ASSERT(...) static_cast<void>(0)
#endif
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <vulkan/vulkan_raii.hpp>
#pragma pop_macro("NDEBUG")
#include <cassert> // again, as NDEBUG says
