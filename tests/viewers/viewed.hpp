// SPDX-License-Identifier: MIT
#pragma once

#include "viewers/viewer_process.hpp"

#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace parallax::test {

inline const demo::ViewerKind& viewer_kind(std::string_view name) {
    return *std::ranges::find(demo::viewer_kinds(), name, &demo::ViewerKind::name);
}

/// One viewer, and what it sees of buffers.
class Viewed {
public:
    explicit Viewed(std::string_view kind, const demo::ViewerOptions& options = {})
        : viewer_(viewer_kind(kind), options) {}

    void show(const DrawnBuffer& buffer) {
        layout_ = buffer.layout();
        viewer_.show(buffer.buffers(), buffer.layout());
    }

    /// What the viewer sees now; nothing if it says why it does not: trouble().
    std::optional<Picture> see() {
        viewer_.ask(++version_);
        while (!viewer_.answer()) {
            if (!viewer_.trouble().empty()) {
                return std::nullopt;
            }
            viewer_.wait({});
        }
        return read_pixels(demo::rows_layout(viewer_.kind().sight, layout_), viewer_.rows());
    }

    /// Shows the buffer and looks at it; says what the trouble is.
    Comparison compared_with(const Picture& written, std::uint32_t tolerance = 0) {
        const auto seen = see();
        if (!seen) {
            throw std::runtime_error(viewer_.trouble());
        }
        return compare(viewer_.kind().sees_alpha ? written : demo::without_alpha(written), *seen,
                       tolerance);
    }

    [[nodiscard]] const std::string& trouble() const { return viewer_.trouble(); }
    [[nodiscard]] bool failed() const { return viewer_.failed(); }

private:
    demo::ViewerProcess viewer_;
    ImageLayout layout_;
    std::uint64_t version_ = 0;
};

/// A buffer with a picture in which mistakes show.
inline DrawnBuffer drawn(Exporter& exporter, Extent extent, std::uint32_t fourcc,
                         std::uint32_t seed) {
    DrawnBuffer buffer(exporter, extent, fourcc);
    buffer.paint(test_pattern(extent, seed));
    return buffer;
}

} // namespace parallax::test
