// SPDX-License-Identifier: MIT
#include "parallax/ipc/frame_sharing.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parallax {
namespace {

constexpr Extent tiny{.width = 5, .height = 3};

TEST(Fingerprint, IsTheSameForEqualPictures) {
    EXPECT_EQ(fingerprint(test_pattern(tiny, 1)), fingerprint(test_pattern(tiny, 1)));
}

TEST(Fingerprint, ChangesWithEveryChannelOfEveryPixelAndWithTheExtent) {
    std::set<std::uint64_t> seen{fingerprint(Picture(tiny))};
    for (std::uint32_t i = 0; i < tiny.pixels(); ++i) {
        for (auto channel : {&Rgba8::r, &Rgba8::g, &Rgba8::b, &Rgba8::a}) {
            Picture picture(tiny);
            picture.pixels()[i].*channel ^= 1;
            EXPECT_TRUE(seen.insert(fingerprint(picture)).second) << "pixel " << i;
        }
    }
    EXPECT_TRUE(seen.insert(fingerprint(Picture({.width = 3, .height = 5}))).second);
}

TEST(Fingerprint, IsTheOneThatIsDocumented) { // FNV-1a's offset basis, then two words
    std::uint64_t expected = 0xcbf2'9ce4'8422'2325;
    for (int i = 0; i < 8; ++i) {
        expected *= 0x100'0000'01b3; // eight zero bytes
    }
    EXPECT_EQ(fingerprint(Picture()), expected);
}

} // namespace
} // namespace parallax
