// SPDX-License-Identifier: MIT
#include "viewers/read_once.hpp"

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
    ImageLayout rows = layout;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        rows.planes.at(i).offset -= layout.planes[0].offset;
    }
    return read_sampled(rows, viewer.rows());
}

} // namespace parallax::demo
