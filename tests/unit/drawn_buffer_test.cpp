// SPDX-License-Identifier: MIT
// Memory that the CPU cannot map, made up: a memfd that is sealed against writing.
#include "parallax/image/drawn_buffer.hpp"

#include "parallax/image/picture.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace parallax {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr Extent small{.width = 8, .height = 4};

DmaBuf memory(bool sealed) {
    UniqueFd fd(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (::ftruncate(fd.get(), 4096) != 0 ||
        (sealed && ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE) != 0)) {
        throw std::system_error(errno, std::generic_category());
    }
    return DmaBuf(std::move(fd));
}

/// Keeps the picture elsewhere.
class MadeUp final : public PictureAccess {
public:
    explicit MadeUp(Picture& kept) : kept_(kept) {}
    [[nodiscard]] std::string_view name() const noexcept override { return "made up"; }
    void write(const Picture& picture) override { kept_ = picture; }
    [[nodiscard]] Picture read() const override { return kept_; }

private:
    Picture& kept_;
};

PictureMemory with_access(DmaBuf&& buffer, Picture& kept) {
    return {.buffer = std::move(buffer),
            .layout = packed_layout(small, DRM_FORMAT_XRGB8888, 32),
            .access = std::make_unique<MadeUp>(kept)};
}

TEST(DrawnBuffer, WritesInAnotherWayWhatCannotBeMapped) {
    Picture kept(small);
    DrawnBuffer drawn(with_access(memory(true), kept));
    const Picture picture = test_pattern(small, 3);
    drawn.paint(picture);
    EXPECT_TRUE(compare(kept, picture).equal());
    EXPECT_TRUE(compare(drawn.cpu_view(), picture).equal());
    EXPECT_TRUE(drawn.writable());
    EXPECT_THAT(drawn.access(), StartsWith("made up: cannot map 4096 bytes of a dma-buf"));
    EXPECT_THROW(static_cast<void>(drawn.mapping()), std::runtime_error);
}

TEST(DrawnBuffer, OfMmapAloneNeedsIt) {
    EXPECT_THROW(DrawnBuffer(memory(true), packed_layout(small, DRM_FORMAT_XRGB8888, 32)),
                 std::system_error);
}

TEST(DrawnBuffer, PrefersTheMapping) {
    Picture kept(small);
    const DrawnBuffer drawn(with_access(memory(false), kept));
    EXPECT_EQ(drawn.access(), "mmap");
    EXPECT_EQ(drawn.why_not_mapped(), "");
    EXPECT_EQ(drawn.mapping().size(), 4096U);
}

TEST(DrawnBuffer, SaysNothingWhereThereIsNoChoice) {
    EXPECT_EQ(DrawnBuffer(memory(false), packed_layout(small, DRM_FORMAT_XRGB8888, 32)).access(),
              "");
}

TEST(DrawnBuffer, DoesNotMapWhatLiesInTiles) {
    Picture kept(small);
    PictureMemory tiles = with_access(memory(false), kept);
    tiles.layout.modifier = I915_FORMAT_MOD_X_TILED;
    EXPECT_EQ(DrawnBuffer(std::move(tiles)).access(), "made up: its pixels do not lie in rows");
}

TEST(DrawnBuffer, DoesNotMapWhatIsReadOnlyWhereItCanWriteInAnotherWay) {
    Picture kept(small);
    const DmaBuf buffer = memory(false);
    DmaBuf read_only(UniqueFd(
        ::open(("/proc/self/fd/" + std::to_string(buffer.fd())).c_str(), O_RDONLY | O_CLOEXEC)));
    const DrawnBuffer drawn(with_access(std::move(read_only), kept));
    EXPECT_THAT(drawn.access(), HasSubstr("its fd lacks O_RDWR"));
    EXPECT_TRUE(drawn.writable());
}

} // namespace
} // namespace parallax
