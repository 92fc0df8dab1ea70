// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parallax::demo {

/// What a code in a row of the test pattern says.
struct RowCode {
    std::uint32_t row = 0;   ///< of the pattern, from the top
    std::uint32_t block = 0; ///< codes that are left of this one in the same row
    std::uint8_t frame = 0;  ///< the frame's number modulo 256
    std::uint16_t word = 0;  ///< one of the facts of the pattern, by the row's number

    bool operator==(const RowCode&) const = default;
};

/// A code is a row of black (false) and white (true) cells, each of one pixel: a mark that begins
/// it, the numbers from their highest bit on, and a checksum.
using Cells = std::array<bool, 69>;

/// The cells that begin each code: a Barker code, which is like none of its own parts.
inline constexpr std::array mark{true, true,  true,  false, false, false,
                                 true, false, false, true,  false};

/// @param code numbers of 14, 4, 8 and 16 bits.
[[nodiscard]] Cells encode(const RowCode& code);

/// @return none if these are not the cells of a code.
[[nodiscard]] std::optional<RowCode> decode(const Cells& cells);

/// CRC-16 of CCITT, of bits.
class Checksum {
public:
    void add(bool bit) noexcept;
    [[nodiscard]] std::uint16_t value() const noexcept { return value_; }

private:
    std::uint16_t value_ = 0xffff;
};

} // namespace parallax::demo
