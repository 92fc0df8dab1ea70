// SPDX-License-Identifier: MIT
#include "viewers/read_once.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds left_until(Clock::time_point end) {
    return std::max(std::chrono::ceil<milliseconds>(end - Clock::now()), milliseconds(0));
}

/// Kills a viewer, and waits until it has ended, unless the kernel does not let it.
void end(ViewerProcess& viewer) {
    const Clock::time_point end = Clock::now() + ChildProcess::grace;
    viewer.kill();
    while (viewer.alive() && Clock::now() < end) {
        viewer.wait({}, left_until(end));
        static_cast<void>(viewer.answer());
    }
}

} // namespace

std::expected<SampledPicture, std::string> read_once(ViewerProcess& viewer,
                                                     const ImageLayout& layout,
                                                     const StopSignal& stop, std::uint64_t version,
                                                     milliseconds limit) {
    const Clock::time_point late = Clock::now() + limit;
    viewer.ask(version);
    while (!viewer.answer()) {
        if (!viewer.trouble().empty() || stop.raised()) {
            return std::unexpected(viewer.trouble());
        }
        if (Clock::now() >= late) {
            end(viewer);
            return std::unexpected(text::format(
                "it has given no picture within {} and was ended: a driver or the kernel hangs",
                limit));
        }
        viewer.wait({.fd = stop.fd()}, left_until(late));
    }
    const ImageLayout rows = rows_layout(viewer.kind().sight, layout);
    if (viewer.kind().sight != Sight::memory) {
        return SampledPicture{.picture = read_pixels(rows, viewer.rows())};
    }
    return read_sampled(rows, viewer.rows());
}

} // namespace parallax::demo
