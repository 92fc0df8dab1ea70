// SPDX-License-Identifier: MIT
#include "pattern/row_code.hpp"

#include <algorithm>
#include <span>
#include <tuple>

namespace parallax::demo {
namespace {

constexpr std::size_t row_bits = 14;
constexpr std::size_t block_bits = 4;
constexpr std::size_t frame_bits = 8;
constexpr std::size_t word_bits = 16;
constexpr std::size_t checksum_bits = 16;
static_assert(mark.size() + row_bits + block_bits + frame_bits + word_bits + checksum_bits ==
              std::tuple_size_v<Cells>);

/// Writes numbers into cells, one after the other.
class CellWriter {
public:
    explicit CellWriter(Cells& cells) : cells_(cells) {}

    void put(std::uint32_t number, std::size_t bits) {
        for (std::size_t bit = bits; bit-- > 0;) {
            const bool value = (number >> bit & 1U) != 0;
            cells_.at(next_++) = value;
            checksum_.add(value);
        }
    }

    [[nodiscard]] std::uint16_t checksum() const noexcept { return checksum_.value(); }

private:
    Cells& cells_;
    std::size_t next_ = mark.size();
    Checksum checksum_;
};

/// Reads them.
class CellReader {
public:
    explicit CellReader(const Cells& cells) : cells_(cells) {}

    [[nodiscard]] std::uint32_t take(std::size_t bits) {
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < bits; ++i) {
            const bool value = cells_.at(next_++);
            number = number << 1U | (value ? 1U : 0U);
            checksum_.add(value);
        }
        return number;
    }

    [[nodiscard]] std::uint16_t checksum() const noexcept { return checksum_.value(); }

private:
    const Cells& cells_;
    std::size_t next_ = mark.size();
    Checksum checksum_;
};

} // namespace

void Checksum::add(bool bit) noexcept {
    const bool high = (value_ & 0x8000U) != 0;
    value_ = static_cast<std::uint16_t>(value_ << 1U);
    if (high != bit) {
        value_ = static_cast<std::uint16_t>(value_ ^ 0x1021U);
    }
}

Cells encode(const RowCode& code) {
    Cells cells{};
    std::ranges::copy(mark, cells.begin());
    CellWriter writer(cells);
    writer.put(code.row, row_bits);
    writer.put(code.block, block_bits);
    writer.put(code.frame, frame_bits);
    writer.put(code.word, word_bits);
    writer.put(writer.checksum(), checksum_bits);
    return cells;
}

std::optional<RowCode> decode(const Cells& cells) {
    if (!std::ranges::equal(mark, std::span(cells).first(mark.size()))) {
        return std::nullopt;
    }
    CellReader reader(cells);
    RowCode code;
    code.row = reader.take(row_bits);
    code.block = reader.take(block_bits);
    code.frame = static_cast<std::uint8_t>(reader.take(frame_bits));
    code.word = static_cast<std::uint16_t>(reader.take(word_bits));
    const std::uint16_t checksum = reader.checksum();
    return reader.take(checksum_bits) == checksum ? std::optional(code) : std::nullopt;
}

} // namespace parallax::demo
