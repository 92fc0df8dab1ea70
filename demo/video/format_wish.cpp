// SPDX-License-Identifier: MIT
#include "video/format_wish.hpp"

#include "video/frame_pool.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/pixel_codes.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace parallax::demo {

std::string readable_format_names() {
    return joined(readable_fourccs(), ", ",
                  [](std::uint32_t fourcc) { return format_of(fourcc).name; });
}

void wish_for_format(v4l2::FormatWishes& wishes, const char* option, const std::string& name) {
    const Format* const format = find_format(name);
    const auto code = format != nullptr ? v4l2::PixelCode{.fourcc = format->fourcc}
                                        : v4l2::pixel_code(name).value_or(v4l2::PixelCode{});
    if (!std::ranges::contains(readable_fourccs(), code.fourcc)) {
        throw CLI::ValidationError(option, text::format("'{}' is not known; choose one of {}", name,
                                                        readable_format_names()));
    }
    wishes.fourccs = {code.fourcc};
    if (format == nullptr) {
        wishes.buffer_each_plane = code.buffer_each_plane;
    }
}

} // namespace parallax::demo
