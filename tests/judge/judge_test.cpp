// SPDX-License-Identifier: MIT
// The pattern in dma-bufs: shared by one process, and judged by another, which reads it with each
// mistake in its metadata; and a dma-buf that the caller leaves open.
#include "pattern/pattern.hpp"
#include "support/kernel.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using demo::Pattern;
using test::Program;
using testing::HasSubstr;

constexpr Extent extent{.width = 320, .height = 120};

class JudgeTest : public testing::Test {
protected:
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
    [[nodiscard]] std::string socket() const { return (folder_.path() / "socket").string(); }

    [[nodiscard]] Program share(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"pattern", "--share",    socket(), "--size",
                                           "320x120", "--patience", "600000"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    [[nodiscard]] Program judge(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"judge", "--socket", socket(), "--wait", "60000"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    /// What is said of a pattern that is read with these options.
    [[nodiscard]] std::string cause(const std::vector<std::string>& written,
                                    const std::vector<std::string>& read) const {
        Program sharer = share(written);
        Program reader = judge(read);
        EXPECT_EQ(reader.wait(), 1) << reader.printed();
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
        return reader.printed();
    }

private:
    test::TemporaryFolder folder_;
};

TEST_F(JudgeTest, ASharedPatternIsTheSame) {
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        const std::string format(format_of(fourcc).name);
        const std::string stride = std::to_string((320 * format_of(fourcc).bytes()) + 256);
        Program sharer = share({"--format", format, "--offset", "4096", "--stride", stride});
        Program reader = judge();
        EXPECT_EQ(reader.wait(), 0) << reader.printed();
        EXPECT_THAT(reader.printed(), HasSubstr("same picture: 0 of 38400 pixels differ"));
        EXPECT_THAT(reader.printed(),
                    HasSubstr(text::format("{}, stride {}, offset 4096", format, stride)));
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
        EXPECT_THAT(sharer.printed(), HasSubstr("1 frames drawn, 1 looked at"));
    }
}

TEST_F(JudgeTest, PlanesInOneDmaBufAndInSeveralAreTheSame) {
    for (const char* const format : {"NV12", "P010", "YUV420", "YUYV"}) {
        Program sharer = share({"--format", format, "--colour", "709"});
        Program reader = judge();
        EXPECT_EQ(reader.wait(), 0) << reader.printed();
        EXPECT_THAT(reader.printed(), HasSubstr("same picture: 0 of 38400 pixels differ"));
        EXPECT_THAT(reader.printed(), HasSubstr(", offset 0, 709-limited-left"));
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    }
    for (const char* const format : {"NV12", "P010", "YUV420"}) {
        Program sharer = share({"--format", format, "--planes", "each", "--offset", "4096"});
        Program reader = judge();
        EXPECT_EQ(reader.wait(), 0) << reader.printed();
        EXPECT_THAT(reader.printed(), HasSubstr("same picture: 0 of 38400 pixels differ"));
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    }
    EXPECT_THAT(
        cause({"--format", "NV12", "--planes", "each", "--stride", "1024"}, {"--stride", "512"}),
        HasSubstr("stride: the rows were written 1024 bytes apart, and read 512"));
}

TEST_F(JudgeTest, OptionsThatTheSharedMemoryCannotHaveAreRefused) {
    Program sharer = share({"--format", "NV12", "--planes", "each"});
    Program other_planes = judge({"--format", "YUV420"});
    EXPECT_EQ(other_planes.wait(), 2);
    EXPECT_THAT(other_planes.printed(),
                HasSubstr("what is shared lies in 2 dma-bufs, and YUV420 has 3 planes"));
    sharer.send(SIGTERM);
    sharer.wait();
    Program narrow = share({"--format", "NV12"});
    Program wide = judge({"--format", "XRGB8888"});
    EXPECT_EQ(wide.wait(), 2);
    EXPECT_THAT(wide.printed(), HasSubstr("--format, --size: a row takes 1280 bytes, and what is "
                                          "shared has 512 from one row to the next"));
    narrow.send(SIGTERM);
    narrow.wait();
}

TEST_F(JudgeTest, OtherExportersShareIt) {
    for (const std::string exporter : {"udmabuf", "system"}) {
        if (exporter == "system" && !test::has_heaps()) {
            continue;
        }
        Program sharer = share({"--exporter", exporter});
        Program reader = judge();
        EXPECT_EQ(reader.wait(), 0) << reader.printed();
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    }
}

TEST_F(JudgeTest, FramesFollowEachOther) {
    Program sharer = share({"--frames", "3", "--frame", "7", "--interval", "0"});
    Program viewer({"view", "--socket", socket(), "--wait", "60000", "--frames", "3", "--out",
                    socket() + ".seen"});
    EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
    EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    EXPECT_THAT(sharer.printed(), HasSubstr("3 frames drawn, 3 looked at"));
}

TEST_F(JudgeTest, EachMistakeOfAReaderIsNamed) {
    EXPECT_THAT(cause({"--stride", "1536"}, {"--stride", "1280"}),
                HasSubstr("stride: the rows were written 1536 bytes apart, and read 1280"));
    EXPECT_THAT(
        cause({"--offset", "4096"}, {"--offset", "64"}),
        HasSubstr("offset: the picture was written from byte 4096 on, and read from byte 64"));
    EXPECT_THAT(cause({}, {"--format", "XBGR8888"}),
                HasSubstr("format: written as XRGB8888, and read as XBGR8888"));
    EXPECT_THAT(cause({"--frame", "7"}, {"--frame", "8"}),
                HasSubstr("nothing of the last write is seen"));
    EXPECT_THAT(cause({"--format", "ARGB8888", "--translucent"}, {"--format", "XRGB8888"}),
                HasSubstr("format: written as ARGB8888, and read as XRGB8888"));
}

TEST_F(JudgeTest, MoreThanTheDmaBufHasIsNotRead) {
    Program sharer = share();
    Program reader = judge({"--offset", "100000000"});
    EXPECT_EQ(reader.wait(), 2) << reader.printed();
    EXPECT_THAT(reader.printed(), HasSubstr("the dma-buf has "));
    sharer.send(SIGTERM);
    EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
}

/// A dma-buf that a program that is started from here has as --fd too.
class JudgeFdTest : public testing::Test {
protected:
    JudgeFdTest() : buffer_(**open_exporter("exporter"), extent, DRM_FORMAT_XRGB8888) {
        inherited_.reset(::fcntl(buffer_.buffer().fd(), F_DUPFD, 0));
    }

    [[nodiscard]] Program judge(std::vector<std::string> more) const {
        std::vector<std::string> arguments{"judge", "--fd", std::to_string(inherited_.get()),
                                           "--size", "320x120"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    DrawnBuffer& buffer() { return buffer_; }

private:
    DrawnBuffer buffer_;
    UniqueFd inherited_;
};

TEST_F(JudgeFdTest, ADmaBufOfTheCallerIsJudged) {
    buffer().paint(draw_pattern(Pattern{.layout = buffer().layout(), .frame = 5}));
    Program same = judge({});
    EXPECT_EQ(same.wait(), 0) << same.printed();
    EXPECT_THAT(same.printed(), HasSubstr("frame 5, 320x120 XRGB8888"));
    Program wrong = judge({"--stride", "1344"});
    EXPECT_EQ(wrong.wait(), 1) << wrong.printed();
    EXPECT_THAT(wrong.printed(), HasSubstr("written 1280 bytes apart, and read 1344"));
}

TEST_F(JudgeFdTest, MemoryInWhichNothingWasWritten) {
    Program nothing = judge({});
    EXPECT_EQ(nothing.wait(), 1) << nothing.printed();
    EXPECT_THAT(nothing.printed(), HasSubstr("other memory: all of it is zero"));
}

} // namespace
} // namespace parallax
