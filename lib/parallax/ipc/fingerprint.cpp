// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_sharing.hpp"

namespace parallax {
namespace {

class Fnv1a {
public:
    void add(std::uint8_t byte) { sum_ = (sum_ ^ byte) * 0x100'0000'01b3; }

    void add(std::uint32_t word) {
        for (unsigned i = 0; i < 4; ++i) {
            add(static_cast<std::uint8_t>(word >> (8 * i)));
        }
    }

    [[nodiscard]] std::uint64_t sum() const { return sum_; }

private:
    std::uint64_t sum_ = 0xcbf2'9ce4'8422'2325;
};

} // namespace

std::uint64_t fingerprint(const Picture& picture) {
    Fnv1a sum;
    sum.add(picture.extent().width);
    sum.add(picture.extent().height);
    for (const Rgba8& pixel : picture.pixels()) {
        sum.add(pixel.r);
        sum.add(pixel.g);
        sum.add(pixel.b);
        sum.add(pixel.a);
    }
    return sum.sum();
}

} // namespace parallax
