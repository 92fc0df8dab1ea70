// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/vulkan/import/modifiers.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo {

/// A format, and the modifiers with which a device has it.
struct ModifiersOfFormat {
    std::uint32_t fourcc = 0;
    std::vector<std::uint64_t> modifiers;
    std::optional<LinearAlignment> alignment{}; ///< of LINEAR, if the device can be asked for it

    bool operator==(const ModifiersOfFormat&) const = default;
};

/// A device that dma-bufs go from or to. A value.
struct Endpoint {
    std::string name;
    std::vector<ModifiersOfFormat> formats; ///< of the table of formats, that it gives or takes
};

enum class Direction { from, to };

/// Asks a device.
/// @param wish a card of /dev/dri, whose primary planes are meant: its node, or its driver; a node
///             of a video device; or a Vulkan device: its index, or a part of its name.
/// @return the device, or why it cannot be queried.
/// @throws UsageError when @p wish names no Vulkan device, or a display gives pictures.
[[nodiscard]] std::expected<Endpoint, Reasons> ask_endpoint(const std::string& wish,
                                                            Direction direction);

} // namespace parallax::demo
