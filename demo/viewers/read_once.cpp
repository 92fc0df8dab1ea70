// SPDX-License-Identifier: MIT
#include "viewers/read_once.hpp"

#include "parallax/image/pixels.hpp"

namespace parallax::demo {

std::expected<SampledPicture, std::string> read_once(ViewerProcess& viewer,
                                                     const ImageLayout& layout,
                                                     const StopSignal& stop,
                                                     std::uint64_t version) {
    viewer.ask(version);
    while (!viewer.answer()) {
        if (!viewer.trouble().empty() || stop.raised()) {
            return std::unexpected(viewer.trouble());
        }
        viewer.wait({.fd = stop.fd()});
    }
    const ImageLayout rows = rows_layout(viewer.kind().sight, layout);
    if (viewer.kind().sight != Sight::memory) {
        return SampledPicture{.picture = read_pixels(rows, viewer.rows())};
    }
    return read_sampled(rows, viewer.rows());
}

} // namespace parallax::demo
