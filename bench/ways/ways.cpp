// SPDX-License-Identifier: MIT
#include "frame_way.hpp"

#include <format>
#include <stdexcept>

namespace parallax::bench {

std::vector<FrameWayKind> frame_ways() {
    std::vector<FrameWayKind> ways;
    for (const ExporterKind& kind : exporter_kinds()) {
        const OpenedExporter opened = kind.open(kind);
        if (!opened) {
            continue; // said where the exporters are opened
        }
        ways.push_back({std::format("import-{}", kind.name),
                        [kind](const Context& context, const TestFrames& frames) {
                            OpenedExporter exporter = kind.open(kind);
                            if (!exporter) {
                                throw std::runtime_error(exporter.error());
                            }
                            return imported_way(context, **exporter, frames);
                        }});
    }
    ways.push_back({"staging", staging_way});
    ways.push_back({"host-pointer", host_pointer_way});
    ways.push_back({"host-visible", host_visible_way});
    return ways;
}

} // namespace parallax::bench
