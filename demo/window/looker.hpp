// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"

#include <cstddef>
#include <expected>
#include <span>

namespace parallax::demo {

/// Looks at shared memory in a process of its own, for an Eye. It lives there: it may wait and
/// allocate as it likes, and what it throws is a reason for having seen nothing.
class Looker {
public:
    Looker() = default;
    virtual ~Looker() = default; ///< leaves everything as it was before
    Looker(const Looker&) = delete;
    Looker& operator=(const Looker&) = delete;
    Looker(Looker&&) = delete;
    Looker& operator=(Looker&&) = delete;

    /// The memory to look at from now on; what was handed over before is let go.
    /// @return nothing, or why it cannot be seen from here.
    [[nodiscard]] virtual std::expected<void, Reasons> take(DmaBuf buffer,
                                                            const ImageLayout& layout) = 0;

    /// Looks at what was taken, now.
    /// @param rows receives the picture, from its first pixel to the last, with the layout's
    /// stride.
    /// @return nothing, or why nothing is seen.
    [[nodiscard]] virtual std::expected<void, Reasons> look(std::span<std::byte> rows) = 0;
};

} // namespace parallax::demo
