// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace parallax::v4l2 {

/// Counts the frames that are missing in a stream, by the numbers of those that came. They count
/// from 0, and start again after UINT32_MAX.
class SequenceGaps {
public:
    /// @param sequence of the next frame. The same one again (the other field), or a smaller one
    ///                 (a driver that does not count), is no gap.
    constexpr void add(std::uint32_t sequence) noexcept {
        const std::uint32_t ahead = sequence - next_;
        if (ahead < UINT32_MAX / 2) {
            missing_ += ahead;
        }
        next_ = sequence + 1;
    }

    /// The frames that were missing so far.
    [[nodiscard]] constexpr std::uint64_t missing() const noexcept { return missing_; }

private:
    std::uint32_t next_ = 0;
    std::uint64_t missing_ = 0;
};

} // namespace parallax::v4l2
