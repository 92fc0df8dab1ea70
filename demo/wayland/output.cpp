// SPDX-License-Identifier: MIT
#include "wayland/output.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::demo::wayland {
namespace {

constexpr std::uint32_t oldest_output = 3; // the first that can be released
constexpr std::uint32_t newest_output = 4; // the first with names

Output& output_of(void* data) {
    return *static_cast<Output*>(data);
}

constexpr wl_output_listener listener{
    .geometry = [](void* data, wl_output*, std::int32_t, std::int32_t, std::int32_t, std::int32_t,
                   std::int32_t, const char*, const char*,
                   std::int32_t transform) { output_of(data).transform = transform; },
    .mode =
        [](void* data, wl_output*, std::uint32_t flags, std::int32_t width, std::int32_t height,
           std::int32_t) {
            if ((flags & WL_OUTPUT_MODE_CURRENT) != 0) {
                output_of(data).extent = {.width = static_cast<std::uint32_t>(std::max(width, 0)),
                                          .height =
                                              static_cast<std::uint32_t>(std::max(height, 0))};
            }
        },
    .done = [](void*, wl_output*) {},
    .scale = [](void* data, wl_output*, std::int32_t scale) { output_of(data).scale = scale; },
    .name = [](void* data, wl_output*,
               const char* name) { output_of(data).name = printable(name); },
    .description = [](void*, wl_output*, const char*) {}};

/// Why a picture cannot be shown there pixel by pixel; empty if it can.
std::string refuse(const Output& output, Extent picture) {
    if (output.scale < 1) {
        return text::format("{} has a scale of {}", output.name, output.scale);
    }
    const auto scale = static_cast<std::uint32_t>(output.scale);
    if (output.transform != WL_OUTPUT_TRANSFORM_NORMAL) {
        return text::format("{} is rotated or mirrored", output.name);
    }
    if (output.extent.width < picture.width || output.extent.height < picture.height) {
        return text::format("{} has {}x{} pixels, and the picture {}x{}", output.name,
                            output.extent.width, output.extent.height, picture.width,
                            picture.height);
    }
    if (picture.width % scale != 0 || picture.height % scale != 0) {
        return text::format(
            "{} has a scale of {}, and the picture of {}x{} cannot be divided by it", output.name,
            scale, picture.width, picture.height);
    }
    return "";
}

} // namespace

std::vector<std::unique_ptr<Output>> find_outputs(const Connection& connection) {
    std::vector<std::unique_ptr<Output>> outputs;
    if (connection.version_of(wl_output_interface.name) < oldest_output) {
        return outputs;
    }
    for (wl_output* const each :
         connection.bind_all<wl_output>(wl_output_interface, newest_output)) {
        outputs.push_back(std::make_unique<Output>());
        outputs.back()->proxy.reset(each);
        ::wl_output_add_listener(each, &listener, outputs.back().get());
    }
    connection.round_trip();
    return outputs;
}

std::expected<const Output*, Reasons>
choose_output(const std::vector<std::unique_ptr<Output>>& outputs, Extent picture) {
    Reasons reasons;
    for (const auto& output : outputs) {
        std::string reason = refuse(*output, picture);
        if (reason.empty()) {
            return output.get();
        }
        reasons.push_back(std::move(reason));
    }
    if (reasons.empty()) {
        reasons.emplace_back("the compositor has no output (wl_output, version 3)");
    }
    return std::unexpected(std::move(reasons));
}

} // namespace parallax::demo::wayland
