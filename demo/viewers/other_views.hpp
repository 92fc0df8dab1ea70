// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"
#include "report/verdict.hpp"
#include "viewers/viewer_process.hpp"

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"

#include <functional>
#include <vector>

namespace parallax::demo {

/// The picture that a viewer has read.
struct ViewerPicture {
    const ViewerKind* kind;
    Picture picture;
    bool differs; ///< from the CPU's
};

/// The pictures of the viewers, and those that failed, and how: they take no other view with them.
struct OtherViews {
    std::vector<ViewerPicture> seen;
    Reasons failed;
};

/// Writes another picture first, and then the one that is compared: a viewer that stays with the
/// memory may keep a copy of what it reads first.
struct Rewrite {
    std::function<Picture()>
        before;                  ///< writes the other picture, and returns it as the CPU reads it
    std::function<void()> after; ///< writes the picture of the CPU's view again
};

/// Runs the viewers one after the other; each ends before the next starts.
/// @param cpu_view what the CPU has written.
/// @param verdict  receives their checks, and the views that are missing.
/// @param rewrite  null where the CPU cannot write again.
/// @throws as ViewerProcess::show() and check_view().
[[nodiscard]] OtherViews read_with_all(Viewers viewers, const DrawnBuffer& drawn,
                                       const SampledPicture& cpu_view, const StopSignal& stop,
                                       Verdict& verdict, const Rewrite* rewrite);

} // namespace parallax::demo
