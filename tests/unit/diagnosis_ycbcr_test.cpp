// SPDX-License-Identifier: MIT
// Each mistake is made with pictures in YUYV and NV12, and must be named.
#include "diagnosis/diagnosis.hpp"

#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

using testing::HasSubstr;

constexpr Extent frame_extent{.width = 160, .height = 96};
constexpr std::uint64_t stride = 192;
constexpr std::uint64_t luma_offset = 4096;
constexpr std::uint64_t chroma_offset = luma_offset + stride * frame_extent.height + 256;

std::byte value(double share) {
    return static_cast<std::byte>(std::lround(128 + 100 * share));
}

/// A buffer as a camera fills it: hills of light and of colour.
struct Frame {
    ImageLayout layout;
    std::vector<std::byte> memory;

    explicit Frame(std::uint32_t fourcc, double phase = 0)
        : layout(packed_layout(frame_extent, fourcc,
                               fourcc == DRM_FORMAT_NV12 ? stride : 2 * stride, luma_offset)) {
        if (fourcc == DRM_FORMAT_NV12) {
            layout.planes[1] = {.offset = chroma_offset, .stride = stride};
        }
        memory.resize(layout.size() + 8192);
        for (std::uint32_t y = 0; y < frame_extent.height; ++y) {
            for (std::uint32_t x = 0; x < frame_extent.width; ++x) {
                set(x, y, phase);
            }
        }
    }

    [[nodiscard]] Diagnosis of(const Picture& seen) const {
        return diagnose_ycbcr(layout, memory, seen).value();
    }
    [[nodiscard]] Picture read(const ImageLayout& wrong) const { return read_ycbcr(wrong, memory); }

private:
    void set(std::uint32_t x, std::uint32_t y, double phase) {
        const double u = x * 0.083 + phase;
        const double v = y * 0.117 - phase;
        const std::byte luma = value(std::sin(u * 2.1 + std::cos(v)) * std::cos(v * 1.7));
        const std::byte cb = value(std::sin(u) * std::cos(v + 0.5));
        const std::byte cr = value(std::cos(u * 0.7 + v) * 0.8);
        const auto at = [&](std::uint64_t offset) -> std::byte& { return memory.at(offset); };
        if (layout.fourcc == DRM_FORMAT_NV12) {
            at(layout.offset_of(x, y)) = luma;
            at(layout.offset_of(x, y, 1)) = cb;
            at(layout.offset_of(x, y, 1) + 1) = cr;
            return;
        }
        const std::uint64_t row = layout.planes[0].offset + layout.planes[0].stride * y;
        at(row + 2ULL * x) = luma;
        at(row + 4ULL * (x / 2) + 1) = cb;
        at(row + 4ULL * (x / 2) + 3) = cr;
    }
};

/// The memory with the bytes of each pair exchanged, from @p begin on.
std::vector<std::byte> exchanged(std::vector<std::byte> memory, std::uint64_t begin,
                                 std::uint64_t distance, std::uint64_t step) {
    for (std::uint64_t i = begin; i + distance < memory.size(); i += step) {
        std::swap(memory[i], memory[i + distance]);
    }
    return memory;
}

TEST(DiagnosisYcbcr, Equal) {
    for (const std::uint32_t fourcc : {DRM_FORMAT_NV12, DRM_FORMAT_YUYV}) {
        const Frame frame(fourcc);
        EXPECT_FALSE(diagnose_ycbcr(frame.layout, frame.memory, frame.read(frame.layout)));
    }
}

TEST(DiagnosisYcbcr, CbAndCrAreExchanged) {
    const Frame nv12(DRM_FORMAT_NV12);
    const Diagnosis diagnosis =
        nv12.of(read_ycbcr(nv12.layout, exchanged(nv12.memory, chroma_offset, 1, 2)));
    EXPECT_EQ(diagnosis.cause, Cause::planes);
    EXPECT_THAT(diagnosis.sentence, HasSubstr("written as NV12, and read as NV21"));
    const Frame yuyv(DRM_FORMAT_YUYV);
    EXPECT_THAT(
        yuyv.of(read_ycbcr(yuyv.layout, exchanged(yuyv.memory, luma_offset + 1, 2, 4))).sentence,
        HasSubstr("written as YUYV, and read as YVYU"));
}

TEST(DiagnosisYcbcr, LumaAndChromaAreExchanged) {
    const Frame frame(DRM_FORMAT_YUYV);
    EXPECT_EQ(
        frame.of(read_ycbcr(frame.layout, exchanged(frame.memory, luma_offset, 1, 2))).sentence,
        "format: luma and chroma are exchanged: one side has YUYV, and the other UYVY");
}

TEST(DiagnosisYcbcr, ThreePlanes) {
    const Frame frame(DRM_FORMAT_NV12);
    Picture seen(frame_extent);
    const YcbcrMatrix matrix = ycbcr_matrix(frame.layout.encoding, frame.layout.range);
    const auto at = [&](std::uint64_t offset) {
        return std::to_integer<std::uint8_t>(frame.memory.at(offset));
    };
    for (std::uint32_t y = 0; y < frame_extent.height; ++y) {
        for (std::uint32_t x = 0; x < frame_extent.width; ++x) {
            const std::uint64_t cb = chroma_offset + stride / 2 * (y / 2) + x / 2;
            seen.at(x, y) = to_rgb(matrix, at(frame.layout.offset_of(x, y)), at(cb),
                                   at(cb + stride / 2 * frame_extent.height / 2));
        }
    }
    EXPECT_EQ(frame.of(seen).sentence, "format: written as NV12, and read as YUV420");
}

TEST(DiagnosisYcbcr, ChromaFromAnotherPlace) {
    const Frame frame(DRM_FORMAT_NV12);
    const auto seen_from = [&](std::uint64_t offset) {
        // Planes of a layout do not overlap, so what is read is moved to where it is expected.
        std::vector<std::byte> memory = frame.memory;
        std::copy_n(frame.memory.begin() + static_cast<std::ptrdiff_t>(offset),
                    stride * frame_extent.height / 2, memory.begin() + chroma_offset);
        return frame.of(read_ycbcr(frame.layout, memory));
    };
    const Diagnosis behind = seen_from(chroma_offset - 256);
    EXPECT_EQ(behind.cause, Cause::planes);
    EXPECT_EQ(behind.sentence,
              "planes: chroma was written from byte 22784 on, and read from byte 22528");
    EXPECT_THAT(seen_from(luma_offset).sentence, HasSubstr("from byte 4096, where luma is"));
    EXPECT_THAT(seen_from(chroma_offset + 2).sentence,
                HasSubstr("so it is shifted by 1 samples to the left"));
    EXPECT_THAT(seen_from(chroma_offset - 2 * stride).sentence,
                HasSubstr(std::to_string(chroma_offset - 2 * stride)));
}

TEST(DiagnosisYcbcr, NoChroma) {
    const Frame frame(DRM_FORMAT_NV12);
    const auto seen_with = [&](std::byte chroma) {
        std::vector<std::byte> memory = frame.memory;
        std::fill(memory.begin() + chroma_offset, memory.end(), chroma);
        return frame.of(read_ycbcr(frame.layout, memory)).sentence;
    };
    EXPECT_THAT(seen_with(std::byte{128}), HasSubstr("without chroma"));
    EXPECT_THAT(seen_with(std::byte{0}), HasSubstr("chroma was read as zero"));
}

TEST(DiagnosisYcbcr, OffsetOfBothPlanes) {
    const Frame frame(DRM_FORMAT_NV12);
    ImageLayout wrong = frame.layout;
    wrong.planes[0].offset -= 4096;
    wrong.planes[1].offset -= 4096;
    EXPECT_EQ(frame.of(frame.read(wrong)).sentence,
              "offset: the picture was written from byte 4096 on, and read from byte 0");
}

TEST(DiagnosisYcbcr, Strides) {
    const Frame nv12(DRM_FORMAT_NV12);
    ImageLayout both = nv12.layout;
    both.planes[0].stride = both.planes[1].stride = 160;
    EXPECT_EQ(nv12.of(nv12.read(both)).sentence,
              "stride: the rows were written 192 bytes apart, and read 160 bytes apart");
    ImageLayout behind = both;
    behind.planes[1].offset = luma_offset + 160 * frame_extent.height;
    EXPECT_EQ(nv12.of(nv12.read(behind)).sentence,
              "stride: the rows were written 192 bytes apart, and read 160 bytes apart");
    ImageLayout chroma = nv12.layout;
    chroma.planes[1].stride = 208;
    EXPECT_EQ(nv12.of(nv12.read(chroma)).sentence,
              "stride: the rows of chroma were written 192 bytes apart, and read 208 bytes apart");
    const Frame yuyv(DRM_FORMAT_YUYV);
    ImageLayout packed = yuyv.layout;
    packed.planes[0].stride = 320;
    EXPECT_EQ(yuyv.of(yuyv.read(packed)).sentence,
              "stride: the rows were written 384 bytes apart, and read 320 bytes apart");
}

TEST(DiagnosisYcbcr, Conversions) {
    for (const std::uint32_t fourcc : {DRM_FORMAT_NV12, DRM_FORMAT_YUYV}) {
        const Frame frame(fourcc);
        ImageLayout wrong = frame.layout;
        wrong.encoding = YcbcrEncoding::bt709;
        EXPECT_EQ(frame.of(frame.read(wrong)).sentence,
                  "colour: YCbCr by BT.601 in limited range was read as BT.709 in limited range");
        wrong.range = YcbcrRange::full;
        EXPECT_EQ(frame.of(frame.read(wrong)).sentence,
                  "colour: YCbCr by BT.601 in limited range was read as BT.709 in full range");
    }
}

TEST(DiagnosisYcbcr, ZeroIsGreen) {
    const Frame frame(DRM_FORMAT_NV12);
    const std::vector<std::byte> zero(frame.memory.size());
    EXPECT_THAT(frame.of(read_ycbcr(frame.layout, zero)).sentence,
                HasSubstr("other memory: all of it is zero"));
}

TEST(DiagnosisYcbcr, UpsideDown) {
    const Frame frame(DRM_FORMAT_YUYV);
    const Picture right = frame.read(frame.layout);
    Picture seen(frame_extent);
    for (std::uint32_t y = 0; y < frame_extent.height; ++y) {
        std::ranges::copy(right.row(frame_extent.height - 1 - y), seen.row(y).begin());
    }
    EXPECT_EQ(frame.of(seen).sentence, "geometry: upside down");
}

TEST(DiagnosisYcbcr, OtherPicturesAreUnknown) {
    for (const std::uint32_t fourcc : {DRM_FORMAT_NV12, DRM_FORMAT_YUYV}) {
        const Frame frame(fourcc);
        for (int i = 1; i <= 20; ++i) {
            const Frame other(fourcc, i * 0.37);
            const Diagnosis diagnosis = frame.of(other.read(other.layout));
            EXPECT_EQ(diagnosis.cause, Cause::unknown) << diagnosis.sentence;
        }
        std::minstd_rand random(3);
        Picture noise(frame_extent);
        for (Rgba8& pixel : noise.pixels()) {
            const auto word = static_cast<std::uint32_t>(random());
            pixel = {.r = static_cast<std::uint8_t>(word),
                     .g = static_cast<std::uint8_t>(word >> 8U),
                     .b = static_cast<std::uint8_t>(word >> 16U)};
        }
        EXPECT_EQ(frame.of(noise).cause, Cause::unknown) << frame.of(noise).sentence;
    }
}

} // namespace
} // namespace parallax::demo
