// SPDX-License-Identifier: MIT
// What is known of V4L2 without a device.
#include "parallax/v4l2/camera.hpp"
#include "parallax/v4l2/pixel_codes.hpp"

#include <drm_fourcc.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <initializer_list>

namespace parallax::v4l2 {
namespace {

std::uint64_t missing_in(std::initializer_list<std::uint32_t> sequences) {
    SequenceGaps gaps;
    for (const std::uint32_t sequence : sequences) {
        gaps.add(sequence);
    }
    return gaps.missing();
}

TEST(SequenceGaps, AreNoneWhereEveryFrameCame) {
    EXPECT_EQ(missing_in({}), 0U);
    EXPECT_EQ(missing_in({0, 1, 2}), 0U);
}

TEST(SequenceGaps, AreCountedAlsoBeforeTheFirst) {
    EXPECT_EQ(missing_in({0, 2, 3, 6}), 3U);
    EXPECT_EQ(missing_in({4}), 4U);
}

TEST(SequenceGaps, AreNoneWhereTheCountStartsAgain) {
    SequenceGaps gaps;
    gaps.add(0);
    gaps.add(3);
    gaps.add(0); // another stream
    gaps.add(1);
    EXPECT_EQ(gaps.missing(), 2U);
}

TEST(SequenceGaps, FollowTheCountOverItsEnd) {
    SequenceGaps gaps;
    gaps.add(UINT32_MAX / 2 - 1);
    gaps.add(UINT32_MAX - 2);
    const std::uint64_t before = gaps.missing();
    gaps.add(UINT32_MAX);
    gaps.add(1);
    EXPECT_EQ(gaps.missing() - before, 2U);
}

TEST(SequenceGaps, AreNoneFromADriverThatDoesNotCount) {
    EXPECT_EQ(missing_in({0, 0, 0}), 0U);
    EXPECT_EQ(missing_in({0, 0, 1, 1, 2, 2}), 0U); // two fields of a frame
}

TEST(PixelCodes, AreThoseOfDrmForTheSameBytes) {
    EXPECT_EQ(pixel_code(V4L2_PIX_FMT_YUYV), (PixelCode{.fourcc = DRM_FORMAT_YUYV}));
    EXPECT_EQ(pixel_code(V4L2_PIX_FMT_XBGR32), (PixelCode{.fourcc = DRM_FORMAT_XRGB8888}));
    EXPECT_EQ(pixel_code(V4L2_PIX_FMT_RGB565), (PixelCode{.fourcc = DRM_FORMAT_RGB565}));
    EXPECT_EQ(pixel_code(V4L2_PIX_FMT_NV12M),
              (PixelCode{.fourcc = DRM_FORMAT_NV12, .buffer_each_plane = true}));
}

TEST(PixelCodes, OfWhatIsNoPictureInMemoryAreUnknown) {
    EXPECT_FALSE(pixel_code(V4L2_PIX_FMT_MJPEG));
    EXPECT_FALSE(pixel_code(V4L2_PIX_FMT_AYUV32)); // DRM's AYUV has its bytes in the other order
}

TEST(PixelCodes, HaveFourLetters) {
    EXPECT_EQ(pixel_code("NM12"), pixel_code(V4L2_PIX_FMT_NV12M));
    EXPECT_EQ(pixel_code("nm12"), pixel_code(V4L2_PIX_FMT_NV12M));
    EXPECT_FALSE(pixel_code("NV12M"));
    EXPECT_FALSE(pixel_code(""));
}

} // namespace
} // namespace parallax::v4l2
