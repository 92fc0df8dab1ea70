// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/shared_image.hpp"

#include <expected>
#include <span>
#include <string_view>

namespace parallax::demo {

/// A mistake of an importer, made on purpose.
struct Mistake {
    std::string_view name;   ///< for --break
    std::string_view effect; ///< what should be seen
    /// As SharedImage::create(), but the GPU imports the memory with the mistake.
    std::expected<SharedImage, Reasons> (*share)(const Context& context, Exporter& exporter,
                                                 const SharedImage::Options& options);
};

/// All of them.
[[nodiscard]] std::span<const Mistake> mistakes() noexcept;

/// By name; null if there is none of that name.
[[nodiscard]] const Mistake* find_mistake(std::string_view name) noexcept;

/// The GPU imports another buffer of the same size than the CPU writes.
[[nodiscard]] std::expected<SharedImage, Reasons>
share_decoy(const Context& context, Exporter& exporter, const SharedImage::Options& options);

/// The GPU is told rows that are 256 bytes longer than those that the CPU writes.
[[nodiscard]] std::expected<SharedImage, Reasons>
share_with_wrong_stride(const Context& context, Exporter& exporter,
                        const SharedImage::Options& options);

} // namespace parallax::demo
