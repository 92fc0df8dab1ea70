// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/shared_image.hpp"

namespace parallax::demo {

/// As SharedImage::create(), but the GPU imports another buffer of the same size than the CPU
/// writes: a comparison of the two must fail.
[[nodiscard]] std::expected<SharedImage, Reasons>
share_decoy(const Context& context, Exporter& exporter, const SharedImage::Options& options);

} // namespace parallax::demo
