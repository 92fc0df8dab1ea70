// SPDX-License-Identifier: MIT
#pragma once

#include "options/socket_options.hpp"
#include "process/exit_status.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/error.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/picture.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>

namespace parallax::demo {

/// The options of a subcommand that shares frames with other processes.
struct OfferOptions {
    std::string exporter = "exporter";
    AccessOptions access;
    std::uint32_t interval = 40;     ///< ms between frames
    std::uint32_t patience = 10'000; ///< ms for which a viewer may keep a frame

    void add_to(CLI::App& command);
};

/// Frames that are shared one after the other, each with those who are connected then.
struct Offer {
    std::uint32_t buffers = 2; ///< used in rotation
    std::uint64_t frames = 0;  ///< 0: until a stop is asked for
    /// @return a buffer, or why the exporter has none.
    std::function<std::expected<DrawnBuffer, Reasons>(Exporter& exporter)> allocate;
    std::function<Picture(std::uint64_t sequence)> draw;
};

/// Draws the frames into dma-bufs and sends these to every `parallax view` or other viewer, until
/// all frames are over; says what happens, as it happens or as JSON at the end.
/// @throws std::system_error when the exporter refuses or the socket cannot be made.
[[nodiscard]] ExitStatus share_frames(const OfferOptions& options, const Offer& offer,
                                      const std::filesystem::path& socket, bool as_json);

} // namespace parallax::demo
