// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"
#include "report/verdict.hpp"
#include "viewers/painter.hpp"
#include "viewers/viewer_process.hpp"

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/sampled_picture.hpp"

#include <vector>

namespace parallax::demo {

/// The picture that a viewer has read.
struct View {
    const ViewerKind* kind;
    Picture picture;
};

/// The pictures of the viewers, and those that failed, and how: they take no other view with them.
struct OtherViews {
    std::vector<View> seen;
    Reasons failed;
};

/// For readers that keep what they read first: they see another picture before.
struct Rewrite {
    Painter& cpu;
    const Picture& before;
};

/// Runs the viewers one after the other; each ends before the next starts.
/// @param cpu_view what the CPU has written.
/// @param verdict  receives their checks, and the views that are missing.
/// @param rewrite  null: the CPU has written already.
/// @throws as ViewerProcess::show() and check_view().
[[nodiscard]] OtherViews read_with_all(Viewers viewers, const DrawnBuffer& drawn,
                                       const SampledPicture& cpu_view, const StopSignal& stop,
                                       Verdict& verdict, const Rewrite* rewrite = nullptr);

} // namespace parallax::demo
