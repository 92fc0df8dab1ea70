// SPDX-License-Identifier: MIT
#pragma once

#include "options/device.hpp"
#include "views/screen_camera.hpp"

#include "parallax/error.hpp"
#include "parallax/picture.hpp"
#include "parallax/vulkan/shared_image.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace parallax::demo {

/// What it takes to look at a picture from elsewhere.
struct Onlooker {
    const SharedImage& image;
    const DeviceOptions& device; ///< for another process's GPU view
    const ScreenCamera& camera;  ///< for the display's view
};

/// A view of the memory that neither this process's CPU nor its GPU has.
struct OtherView {
    std::string_view name;     ///< as given to --views
    std::string_view title;    ///< above its picture
    std::string_view check;    ///< its name in the verdict
    std::string_view sentence; ///< for people
    /// @return what is seen there, or why this machine has no such view.
    std::expected<Picture, Reasons> (*look)(const Onlooker& onlooker);
};

/// The table: display, process, device.
[[nodiscard]] std::span<const OtherView> other_views() noexcept;

// To add a view: write its function in a file of its own, then one row in other_views.cpp.

/// A display shows the memory, and a camera looks at the display. The picture must have the size of
/// one of its modes.
[[nodiscard]] std::expected<Picture, Reasons> look_at_display(const Onlooker& onlooker);

/// Another process receives the memory, imports it into Vulkan and renders it.
[[nodiscard]] std::expected<Picture, Reasons> look_from_process(const Onlooker& onlooker);

/// A device reads the memory at its DMA addresses: the test-only module dmabuf_importer.
[[nodiscard]] std::expected<Picture, Reasons> look_from_device(const Onlooker& onlooker);

} // namespace parallax::demo
