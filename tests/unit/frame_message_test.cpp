// SPDX-License-Identifier: MIT
// The protocol between processes: every message decodes to itself after encoding, and received
// bytes are not trusted.
#include "parallax/image/pixels.hpp"
#include "parallax/ipc/frame_message.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <random>

namespace parallax::message {
namespace {

using testing::HasSubstr;

Buffer good_buffer() {
    return {.index = 1,
            .count = 2,
            .sizes = {1 << 20},
            .layout = {.extent = {.width = 241, .height = 67},
                       .fourcc = DRM_FORMAT_RGB565,
                       .modifier = DRM_FORMAT_MOD_LINEAR,
                       .planes = {{{.offset = 4096, .stride = 512}}}}};
}

/// Three planes in two dma-bufs.
Buffer planar_buffer() {
    return {.index = 0,
            .count = 1,
            .sizes = {8192, 16384},
            .layout = {.extent = {.width = 64, .height = 32},
                       .fourcc = DRM_FORMAT_YUV420,
                       .modifier = DRM_FORMAT_MOD_LINEAR,
                       .encoding = YcbcrEncoding::bt2020,
                       .range = YcbcrRange::full,
                       .siting = ChromaSiting::top_left,
                       .planes = {{{.buffer = 0, .offset = 0, .stride = 256},
                                   {.buffer = 1, .offset = 0, .stride = 256},
                                   {.buffer = 1, .offset = 4096, .stride = 512}}}}};
}

std::size_t fds_with(const Any& message) {
    const auto* const buffer = std::get_if<Buffer>(&message);
    return buffer == nullptr ? 0 : buffer->sizes.size();
}

std::vector<Any> one_of_each() {
    return {Hello{},
            Hello{.version = first_version},
            good_buffer(),
            planar_buffer(),
            Frame{.index = 1, .sequence = 0x0123'4567'89ab'cdef, .fingerprint = ~0ULL},
            Done{.index = 15, .sequence = 3},
            Farewell{.sentence = "that was it"}};
}

std::string refusal(const std::vector<std::byte>& bytes, std::size_t fds = 0) {
    const auto message = decode(bytes, fds);
    return message ? "accepted" : message.error();
}

std::string refusal(const Buffer& buffer, std::uint16_t spoken = version) {
    return refusal(encode(buffer, spoken), fds_with(buffer));
}

TEST(FrameMessage, EveryKindSurvivesTheWayThereAndBack) {
    for (const Any& message : one_of_each()) {
        EXPECT_EQ(decode(encode(message), fds_with(message)), message) << message.index();
    }
}

TEST(FrameMessage, LiesOnTheWireAsDocumented) {
    const std::vector<std::byte> bytes = encode(Done{.index = 0x0403'0201, .sequence = 0xff});
    const std::vector<unsigned> expected{'P', 'R', 'L',  'X', 2, 0, 4, 0, 1, 2,
                                         3,   4,   0xff, 0,   0, 0, 0, 0, 0, 0};
    ASSERT_EQ(bytes.size(), expected.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), expected[i]) << i;
    }
}

TEST(FrameMessage, AnotherVersionIsRefusedWithBothNumbers) {
    std::vector<std::byte> bytes = encode(Hello{});
    bytes[4] = std::byte{7};
    EXPECT_THAT(refusal(bytes), AllOf(HasSubstr("version 7"), HasSubstr("versions 1 to 2")));
}

TEST(FrameMessage, FarewellIsUnderstoodFromEveryVersion) {
    std::vector<std::byte> bytes = encode(Farewell{.sentence = "too old"});
    bytes[4] = std::byte{7};
    EXPECT_EQ(decode(bytes, 0), Any(Farewell{.sentence = "too old", .version = 7}));
}

TEST(FrameMessage, FarewellShowsNoControlCharactersAndIsCut) {
    const auto message = decode(encode(Farewell{.sentence = "a\x1b[2Jb\xff\n"}), 0);
    EXPECT_EQ(message, Any(Farewell{.sentence = "a?[2Jb??"}));
    const auto longest = decode(encode(Farewell{.sentence = std::string(5000, 'x')}), 0);
    EXPECT_EQ(longest, Any(Farewell{.sentence = std::string(Farewell::longest, 'x')}));
}

// The bytes that releases with version 1 send and take.
TEST(FrameMessage, TheFirstVersionIsStillSpoken) {
    EXPECT_EQ(decode(encode(Hello{.version = 1}), 0), Any(Hello{.version = 1}));
    const std::vector<std::byte> bytes = encode(good_buffer(), 1);
    const std::vector<unsigned> expected{'P', 'R', 'L', 'X', 1,  0, 2, 0,  //
                                         1,   0,   0,   0,   2,  0, 0, 0,  // index, count
                                         0,   0,   16,  0,   0,  0, 0, 0,  // size
                                         241, 0,   0,   0,   67, 0, 0, 0,  // extent
                                         'R', 'G', '1', '6', 0,  0, 0, 0,  // format, reserved
                                         0,   0,   0,   0,   0,  0, 0, 0,  // modifier
                                         0,   16,  0,   0,   0,  0, 0, 0,  // offset
                                         0,   2,   0,   0,   0,  0, 0, 0}; // stride
    ASSERT_EQ(bytes.size(), expected.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), expected[i]) << i;
    }
    EXPECT_EQ(decode(bytes, 1), Any(good_buffer()));
    for (const Any& message : {Any(Frame{.index = 1}), Any(Done{.sequence = 3})}) {
        const std::vector<std::byte> old = encode(message, 1);
        EXPECT_EQ(old[4], std::byte{1});
        EXPECT_EQ(decode(old, 0), message);
    }
}

TEST(FrameMessage, TheFirstVersionHasNoWordsForPlanes) {
    EXPECT_TRUE(can_say(good_buffer().layout, 1));
    EXPECT_FALSE(can_say(planar_buffer().layout, 1));
    EXPECT_TRUE(can_say(planar_buffer().layout, 2));
    EXPECT_THAT(refusal(planar_buffer(), 1), HasSubstr("format YU12 is not known"));
}

TEST(FrameMessage, SomethingElseIsNoMessage) {
    EXPECT_THAT(refusal(std::vector<std::byte>{}), HasSubstr("does not speak this protocol"));
    EXPECT_THAT(refusal(std::vector(64, std::byte{'x'})),
                HasSubstr("does not speak this protocol"));
}

TEST(FrameMessage, UnknownTypeIsRefused) {
    std::vector<std::byte> bytes = encode(Hello{});
    bytes[6] = std::byte{99};
    EXPECT_THAT(refusal(bytes), HasSubstr("type 99 is not known"));
}

TEST(FrameMessage, WrongNumberOfFileDescriptorsIsRefused) {
    EXPECT_THAT(refusal(encode(good_buffer()), 0), HasSubstr("1 file descriptors, not 0"));
    EXPECT_THAT(refusal(encode(good_buffer()), 2), HasSubstr("not 2"));
    EXPECT_THAT(refusal(encode(Hello{}), 1), HasSubstr("0 file descriptors, not 1"));
}

TEST(FrameMessage, EveryCutAndEveryTailIsRefused) {
    for (const Any& message : one_of_each()) {
        const std::vector<std::byte> whole = encode(message);
        if (std::holds_alternative<Farewell>(message)) {
            continue; // its text may have any length
        }
        for (std::size_t length = 0; length < whole.size(); ++length) {
            EXPECT_FALSE(decode(std::span(whole).first(length), fds_with(message)))
                << "kind " << message.index() << " cut to " << length;
        }
        std::vector<std::byte> longer = whole;
        longer.push_back(std::byte{0});
        EXPECT_FALSE(decode(longer, fds_with(message))) << "kind " << message.index();
    }
}

struct WrongBuffer {
    std::string name;
    void (*spoil)(Buffer&);
    std::string why;
};

class OneWrongField : public testing::TestWithParam<WrongBuffer> {};

TEST_P(OneWrongField, IsRefused) {
    Buffer buffer = good_buffer();
    ASSERT_EQ(refusal(buffer), "accepted");
    GetParam().spoil(buffer);
    EXPECT_THAT(refusal(buffer), HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    , OneWrongField,
    testing::ValuesIn(std::vector<WrongBuffer>{
        {"IndexBeyondCount", [](Buffer& b) { b.index = 2; }, "buffer 2 of 2"},
        {"NoBuffers", [](Buffer& b) { b.count = 0; }, "buffer 1 of 0"},
        {"TooManyBuffers", [](Buffer& b) { b.count = 17; }, "buffer 1 of 17"},
        {"SizeTooSmall", [](Buffer& b) { b.sizes[0] = b.layout.size() - 1; }, "the buffer holds"},
        {"NoWidth", [](Buffer& b) { b.layout.extent.width = 0; }, "0x67 pixels"},
        {"NoHeight", [](Buffer& b) { b.layout.extent.height = 0; }, "241x0 pixels"},
        {"HugeWidth", [](Buffer& b) { b.layout.extent.width = 0xffff'ffff; }, "pixels is none"},
        {"HugeHeight", [](Buffer& b) { b.layout.extent.height = 16385; }, "pixels is none"},
        {"TiledModifier", [](Buffer& b) { b.layout.modifier = 1; }, "modifier 0x1"},
        {"InvalidModifier", [](Buffer& b) { b.layout.modifier = DRM_FORMAT_MOD_INVALID; },
         "is not LINEAR"},
        {"ShortStride", [](Buffer& b) { b.layout.planes[0].stride = 481; },
         "a stride of 481 bytes is shorter than a row of"},
        {"HugeStride", [](Buffer& b) { b.layout.planes[0].stride = ~0ULL; }, "no picture of"},
        {"StrideThatOverflows", [](Buffer& b) { b.layout.planes[0].stride = ~0ULL / 66; },
         "no picture of"},
        {"OffsetThatOverflows", [](Buffer& b) { b.layout.planes[0].offset = ~0ULL - 4096; },
         "no picture of"},
    }),
    [](const auto& wrong) { return wrong.param.name; });

class OneWrongPlane : public testing::TestWithParam<WrongBuffer> {};

TEST_P(OneWrongPlane, IsRefused) {
    Buffer buffer = planar_buffer();
    ASSERT_EQ(refusal(buffer), "accepted");
    GetParam().spoil(buffer);
    EXPECT_THAT(refusal(buffer), HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    , OneWrongPlane,
    testing::ValuesIn(std::vector<WrongBuffer>{
        {"SecondBufferTooSmall", [](Buffer& b) { b.sizes[1] = 4096 + 15 * 512 + 31; },
         "plane 2: a 64x32 YUV420 picture with stride 512 at offset 4096 needs 11808 bytes; the "
         "buffer holds 11807"},
        {"Overlap", [](Buffer& b) { b.layout.planes[2].offset = 3840; },
         "planes 1 and 2 overlap in buffer 1: bytes 0 to 3872 and 3840 to 11552"},
        {"OddWidth", [](Buffer& b) { b.layout.extent.width = 63; },
         "a 63x32 YUV420 picture cannot be: 2x2 pixels share their chroma"},
        {"ShortStride", [](Buffer& b) { b.layout.planes[1].stride = 31; },
         "plane 1: a stride of 31 bytes is shorter than a row of 64 YUV420 pixels, which takes 32"},
        {"NoSuchBuffer", [](Buffer& b) { b.layout.planes[1].buffer = 2; },
         "plane 1 lies in dma-buf 2 of 2"},
        {"BufferWithoutAPlane", [](Buffer& b) { b.sizes.push_back(4096); },
         "planes lie in 2 dma-bufs, and 3 are sent"},
        {"Encoding", [](Buffer& b) { b.layout.encoding = static_cast<YcbcrEncoding>(3); },
         "is not known"},
        {"Range", [](Buffer& b) { b.layout.range = static_cast<YcbcrRange>(2); }, "is not known"},
        {"Siting", [](Buffer& b) { b.layout.siting = static_cast<ChromaSiting>(9); },
         "is not known"},
    }),
    [](const auto& wrong) { return wrong.param.name; });

TEST(FrameMessage, ManyDmaBufsAreRefused) {
    Buffer buffer = planar_buffer();
    buffer.sizes.assign(5, 16384);
    EXPECT_THAT(refusal(buffer), HasSubstr("does not have 3 planes in 5 dma-bufs"));
}

TEST(FrameMessage, UnknownFormatIsRefusedWithTheKnownOnes) {
    std::vector<std::byte> bytes = encode(good_buffer());
    std::fill_n(bytes.begin() + 24, 4, std::byte{'?'});
    EXPECT_THAT(refusal(bytes, 1), AllOf(HasSubstr("format ????"), HasSubstr("XRGB8888")));
}

TEST(FrameMessage, ReservedFieldMustBeZero) {
    std::vector<std::byte> bytes = encode(good_buffer());
    bytes[28] = std::byte{1};
    EXPECT_THAT(refusal(bytes, 1), HasSubstr("reserved"));
}

// For any input the parser returns a valid message or a sentence. The sanitizers check its reads.
void expect_kept_promises(std::span<const std::byte> bytes, std::size_t fds) {
    const auto message = decode(bytes, fds);
    if (!message) {
        EXPECT_FALSE(message.error().empty());
        return;
    }
    if (const auto* buffer = std::get_if<Buffer>(&*message)) {
        EXPECT_LT(buffer->index, buffer->count);
        EXPECT_EQ(fault_of(buffer->layout, buffer->sizes), "");
        EXPECT_EQ(buffer->sizes.size(), fds);
        const auto spoken = static_cast<std::uint16_t>(bytes[4]);
        EXPECT_EQ(encode(*message, spoken), std::vector(bytes.begin(), bytes.end()));
    }
}

TEST(FrameMessage, RandomBytesDoNoHarm) {
    std::mt19937 random(1); // the same every time
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> bytes(random() % 160);
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>(random());
        }
        expect_kept_promises(bytes, random() % 3);
    }
}

TEST(FrameMessage, GoodMessagesWithAFewWrongBytesDoNoHarm) {
    std::mt19937 random(2);
    for (const Any& message : one_of_each()) {
        for (int round = 0; round < 10'000; ++round) {
            const bool old = random() % 2 == 0 && !std::holds_alternative<Buffer>(message);
            std::vector<std::byte> bytes = encode(message, old ? first_version : version);
            for (unsigned wrong = 0; wrong <= random() % 3; ++wrong) {
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            }
            if (random() % 4 == 0) {
                bytes.resize(random() % (bytes.size() + 8));
            }
            expect_kept_promises(bytes, fds_with(message));
        }
    }
}

} // namespace
} // namespace parallax::message
