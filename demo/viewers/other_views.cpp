// SPDX-License-Identifier: MIT
#include "viewers/other_views.hpp"

#include "viewers/read_once.hpp"

#include "parallax/text.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace parallax::demo {
namespace {

/// The picture without the parts that a viewer of this kind cannot see.
Picture seen_by(const ViewerKind& kind, const Picture& picture) {
    return kind.sees_alpha ? picture : without_alpha(picture);
}

/// The check whether a viewer sees what was written, as precisely as viewers of its kind see.
Check check_of(const ViewerKind& kind, const SampledPicture& cpu_view, const SampledPicture& seen,
               const ImageLayout& layout, const Picture* before) {
    return check_view(text::format("cpu_to_{}", kind.name), std::string(kind.sentence),
                      kind.sees_alpha ? cpu_view
                                      : SampledPicture{.picture = without_alpha(cpu_view.picture)},
                      seen, layout, before, tolerance_of(kind, layout));
}

} // namespace

OtherViews read_with_all(Viewers viewers, const DrawnBuffer& drawn, const SampledPicture& cpu_view,
                         const StopSignal& stop, Verdict& verdict, const Rewrite* rewrite) {
    OtherViews views;
    for (std::unique_ptr<ViewerProcess>& viewer : viewers) {
        const ViewerKind& kind = viewer->kind();
        std::optional<Picture> before;
        if (rewrite != nullptr && kind.not_live.empty()) {
            before = seen_by(kind, rewrite->before());
        }
        viewer->show(drawn.buffers(), drawn.layout());
        auto picture = read_once(*viewer, drawn.layout(), stop, 0);
        if (before) {
            rewrite->after();
            if (picture) {
                picture = read_once(*viewer, drawn.layout(), stop, 1);
            }
        }
        if (!picture) {
            std::string reason = text::format("{}: {}", kind.name, picture.error());
            if (viewer->failed()) {
                views.failed.push_back(reason);
            }
            verdict.missing.push_back(std::move(reason));
        }
        viewer.reset();
        if (!picture) {
            continue;
        }
        verdict.checks.push_back(
            check_of(kind, cpu_view, *picture, drawn.layout(), before ? &*before : nullptr));
        views.seen.push_back({.kind = &kind,
                              .picture = std::move(picture->picture),
                              .differs = !verdict.checks.back().result.equal()});
    }
    return views;
}

} // namespace parallax::demo
