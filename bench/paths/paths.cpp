// SPDX-License-Identifier: MIT
#include "upload_path.hpp"

#include "exporters/exporters.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace parallax::bench {

std::vector<UploadPathKind> upload_paths(const Sources& sources) {
    std::vector<UploadPathKind> paths;
    for (const ExporterKind& kind : all_exporter_kinds()) {
        if (std::ranges::find(sources, kind.name, &Source::name) == sources.end()) {
            continue; // reported when the exporters are opened
        }
        paths.push_back({text::format("import-{}", kind.name),
                         [kind](const Context& context, const TestFrames& frames) {
                             OpenedExporter exporter = kind.open(kind);
                             if (!exporter) {
                                 throw std::runtime_error(exporter.error());
                             }
                             return imported_path(context, **exporter, frames);
                         }});
    }
    paths.push_back({"staging", staging_path});
    paths.push_back({"host-pointer", host_pointer_path});
    paths.push_back({"host-visible", host_visible_path});
    return paths;
}

} // namespace parallax::bench
