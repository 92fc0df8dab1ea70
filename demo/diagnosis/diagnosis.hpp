// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parallax::demo {

/// A kind of mistake that makes a reader see something else than was written.
enum class Cause {
    unknown,
    stride,
    offset,
    format,
    tiling,
    planes,
    colour,
    geometry,
    old_content,
    size,
    other_memory,
};

/// The word for a cause in JSON: "stride", "old content", ...
[[nodiscard]] std::string_view name_of(Cause cause) noexcept;

/// The sentence where no cause is known.
inline constexpr std::string_view unknown_cause =
    "unknown: no single mistake that is known explains what was seen";

/// Why a reader saw something else. A value.
struct Diagnosis {
    Cause cause = Cause::unknown;
    /// With the numbers: "stride: the rows were written 2560 bytes apart, and read 2816 bytes
    /// apart".
    std::string sentence;
    /// The share, 0 to 1, of the pixels of which the cause says something that were seen as it
    /// says.
    double explained = 0;
};

/// Looks for the one mistake that explains what was seen: each mistake that is known predicts a
/// picture, and the one that predicts nearly all of it is named. A cause is only named if it says
/// something of a quarter of the picture, and 19 of 20 of these pixels were seen so, also of those
/// that differ; else it is unknown. Causes that say the same are named together.
/// @param written the picture, as a correct reader sees it.
/// @param layout where it was written: a format with one plane, linear.
/// @param seen what the reader saw.
/// @param before what was in the memory before, if that is known.
/// @return nothing if both are equal.
/// @throws std::invalid_argument when an extent is not the layout's, or as write_pixels() does.
[[nodiscard]] std::optional<Diagnosis> diagnose(const Picture& written, const ImageLayout& layout,
                                                const Picture& seen,
                                                const Picture* before = nullptr);

/// The same for a picture of luma and chroma, which read_ycbcr() reads. Mistakes with planes,
/// strides and offsets are looked for in YUYV and NV12 only.
/// @param memory the buffer while the picture is in it.
/// @throws std::invalid_argument when the extent is not the layout's, or as read_ycbcr() does.
[[nodiscard]] std::optional<Diagnosis>
diagnose_ycbcr(const ImageLayout& layout, std::span<const std::byte> memory, const Picture& seen);

} // namespace parallax::demo
