// SPDX-License-Identifier: MIT
// `parallax share` and `parallax view` as a user starts them.
#include "share_test.hpp"

#include "files/picture_file.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(ShareTest, TwoProcessesSeeTheSameMemory) {
    Program sharer = share({"--frames", "5", "--patience", "600000"});
    Program viewer = view({"--frames", "5"});
    EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("same memory: 0 of "));
    EXPECT_THAT(viewer.printed(), HasSubstr("import     modifier"));
    EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    EXPECT_THAT(sharer.printed(), HasSubstr("5 frames drawn, 5 looked at"));
    EXPECT_FALSE(std::filesystem::exists(socket()));
    EXPECT_EQ(load_picture(out() + "/process.png").extent(), (Extent{241, 67}));
}

/// A format and where its planes are, as options of `share`.
struct Offered {
    Format format;
    std::string_view planes;

    [[nodiscard]] std::vector<std::string> options() const {
        std::vector<std::string> options{
            "--frames", "1",     "--patience", "600000",
            "--size",   "66x34", "--format",   std::string(format.name)};
        if (format.plane_count > 1) {
            options.insert(options.end(), {"--planes", std::string(planes)});
        }
        if (format.is_ycbcr) {
            options.insert(options.end(), {"--colour", "709-full-center"});
        }
        return options;
    }
};

std::vector<Offered> all_offered() {
    std::vector<Offered> all;
    for (const Format& format : formats()) {
        all.push_back({.format = format, .planes = "one"});
        if (format.plane_count > 1) {
            all.push_back({.format = format, .planes = "each"});
        }
    }
    return all;
}

TEST_F(ShareTest, EveryFormatArrivesAsItWasDrawn) {
    for (const Offered& offered : all_offered()) {
        SCOPED_TRACE(text::format("{}, planes: {}", offered.format.name, offered.planes));
        Program sharer = share(offered.options());
        ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
        const auto viewer = FrameReceiver::open(connect());
        ASSERT_TRUE(viewer) << viewer.error();
        EXPECT_EQ(viewer->layout().fourcc, offered.format.fourcc);
        EXPECT_EQ(viewer->buffers().front().buffers().size(),
                  offered.planes == "each" ? offered.format.plane_count : 1U);
        if (offered.format.is_ycbcr) {
            EXPECT_EQ(viewer->layout().colour(), parse_colour("709-full-center"));
        }
        const auto frame = viewer->next();
        ASSERT_TRUE(frame) << frame.error();
        EXPECT_EQ(fingerprint(viewer->buffers()[frame->index].cpu_view()), frame->fingerprint);
        viewer->done(*frame);
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    }
}

/// One of each kind: the driver takes two seconds to start.
TEST_F(ShareTest, EveryKindOfFormatIsSeenByView) {
    constexpr std::array kinds{"XRGB8888", "RGB888", "RGB565", "ABGR16161616F", "R8",
                               "YUYV",     "NV12",   "P010",   "YUV420"};
    std::set<std::string_view> met;
    for (const Offered& offered : all_offered()) {
        if (!std::ranges::contains(kinds, offered.format.name)) {
            continue;
        }
        met.insert(offered.format.name);
        SCOPED_TRACE(text::format("{}, planes: {}", offered.format.name, offered.planes));
        std::vector<std::string> options = offered.options();
        options.emplace_back("--json");
        Program sharer = share(std::move(options));
        // Without validation, which doubles the time: the tests of `render` have it for each
        // format.
        Program viewer({"view", "--socket", socket(), "--out", out(), "--wait", "60000"});
        const int status = viewer.wait();
        if (status == 3) { // lavapipe has no images of 24 bits
            EXPECT_EQ(offered.format.name, "RGB888");
            EXPECT_THAT(viewer.printed(), HasSubstr("cannot be"));
            continue; // the sharer waits for another viewer
        }
        EXPECT_EQ(status, 0) << viewer.printed();
        EXPECT_THAT(viewer.printed(), HasSubstr("same memory: 0 of "));
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
        EXPECT_THAT(sharer.printed(), StartsWith("{")); // nothing but JSON
        EXPECT_THAT(sharer.printed(), HasSubstr("\"frames_looked_at\": 1"));
        if (offered.format.is_ycbcr) {
            EXPECT_THAT(viewer.printed(), HasSubstr("709-full-center"));
        }
    }
    EXPECT_EQ(met.size(), kinds.size());
}

TEST_F(ShareTest, PlanesArriveInDmaBufsOfTheirOwn) {
    for (const auto& [format, count] : {std::pair{"NV12", 2U}, std::pair{"YUV420", 3U}}) {
        SCOPED_TRACE(format);
        Program sharer = share({"--size", "64x32", "--format", format, "--planes", "each"});
        ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
        const UnixSocket viewer = say_hello(connect());
        const auto datagram = viewer.receive();
        ASSERT_TRUE(datagram);
        EXPECT_EQ(datagram->fds.size(), count);
        for (const UniqueFd& fd : datagram->fds) {
            EXPECT_TRUE(is_dma_buf(fd.get()));
        }
    }
}

TEST_F(ShareTest, AnOldViewerIsAnsweredInItsVersion) {
    Program sharer = share({"--frames", "1", "--patience", "600000"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const UnixSocket viewer = connect();
    ASSERT_TRUE(viewer.send(message::encode(message::Hello{.version = 1})));
    for (int i = 0; i < 3; ++i) { // two buffers and a frame
        const auto datagram = viewer.receive();
        ASSERT_TRUE(datagram);
        EXPECT_EQ(datagram->bytes.at(4), std::byte{1});
        EXPECT_EQ(datagram->bytes.size(), i < 2 ? 64U : 28U); // as that version has them
    }
    ASSERT_TRUE(viewer.send(message::encode(message::Done{.index = 0, .sequence = 0}, 1)));
    EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    EXPECT_THAT(sharer.printed(), HasSubstr("1 frames drawn, 1 looked at"));
}

TEST_F(ShareTest, AnOldViewerIsToldThatItCannotHavePlanes) {
    Program sharer = share({"--size", "64x32", "--format", "NV12"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const UnixSocket viewer = connect();
    ASSERT_TRUE(viewer.send(message::encode(message::Hello{.version = 1})));
    const auto datagram = viewer.receive();
    ASSERT_TRUE(datagram);
    EXPECT_EQ(datagram->bytes.at(4), std::byte{1});
    const auto farewell = message::decode(datagram->bytes, 0);
    ASSERT_TRUE(farewell);
    EXPECT_EQ(std::get<message::Farewell>(*farewell).sentence,
              "it speaks version 1 of the protocol, which has no words for NV12");
}

TEST_F(ShareTest, OddSidesWithSubsampledChromaAreAUsageError) {
    Program sharer = share({"--format", "NV12"}); // 241x67
    EXPECT_EQ(sharer.wait(), 2);
    EXPECT_THAT(sharer.printed(),
                HasSubstr("a 241x67 NV12 picture cannot be: 2x2 pixels share their chroma"));
}

TEST_F(ShareTest, SocketIsTheUsersOwn) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    struct stat status{};
    ASSERT_EQ(::stat(socket().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ShareTest, StopsWhenAskedToAndCleansUp) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        Program sharer = share();
        ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
        sharer.send(signal);
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
        EXPECT_FALSE(std::filesystem::exists(socket()));
    }
}

TEST_F(ShareTest, SecondSharerDoesNotTakeTheSocketOfTheFirst) {
    Program first = share();
    ASSERT_TRUE(first.prints("sharing 2 buffers"));
    Program second = share();
    EXPECT_EQ(second.wait(), 4);
    EXPECT_THAT(second.printed(), HasSubstr("a process listens at"));
    EXPECT_NO_THROW(static_cast<void>(connect()));
}

TEST_F(ShareTest, SocketOfASharerThatWasKilledIsTakenOver) {
    Program first = share();
    ASSERT_TRUE(first.prints("sharing 2 buffers"));
    first.send(SIGKILL);
    EXPECT_EQ(first.wait(), -SIGKILL);
    ASSERT_TRUE(std::filesystem::exists(socket()));
    Program second = share();
    EXPECT_TRUE(second.prints("sharing 2 buffers"));
}

TEST_F(ShareTest, ViewWithoutASharerSaysSo) {
    Program viewer({"view", "--socket", socket(), "--out", out()});
    EXPECT_EQ(viewer.wait(), 4);
    EXPECT_THAT(viewer.printed(), HasSubstr("is parallax share running, with the same --socket?"));
}

TEST_F(ShareTest, ViewAtASocketThatWasLeftBehindSaysSo) {
    Program first = share();
    ASSERT_TRUE(first.prints("sharing 2 buffers"));
    first.send(SIGKILL);
    EXPECT_EQ(first.wait(), -SIGKILL);
    Program viewer({"view", "--socket", socket(), "--out", out()});
    EXPECT_EQ(viewer.wait(), 4);
    EXPECT_THAT(viewer.printed(), HasSubstr("no process listens at " + socket() + " any more"));
}

TEST_F(ShareTest, ViewAtWhatIsNoSocketSaysSo) {
    Program viewer({"view", "--socket", "/etc/hostname", "--out", out()});
    EXPECT_EQ(viewer.wait(), 4);
    EXPECT_THAT(viewer.printed(), HasSubstr("/etc/hostname is not a socket"));
}

TEST_F(ShareTest, SocketIsOpenedToAGroupIfAskedTo) {
    Program sharer = share({"--socket-mode", "0660", "--socket-group", "video"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    struct stat status{};
    ASSERT_EQ(::stat(socket().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
    EXPECT_EQ(status.st_gid, ::getgrnam("video")->gr_gid);
}

TEST_F(ShareTest, SocketAccessThatMakesNoSenseIsBadUsage) {
    for (const std::string name : {"nonesuch", "4294967295"}) { // to chown(), as it was
        Program group = share({"--socket-group", name});
        EXPECT_EQ(group.wait(), 2) << name;
        EXPECT_THAT(group.printed(), HasSubstr("there is no group '" + name + "'"));
    }
    for (const char* const mode : {"0888", "0066", "10600", "video"}) {
        Program program = share({"--socket-mode", mode});
        EXPECT_EQ(program.wait(), 2) << mode;
        EXPECT_THAT(program.printed(), HasSubstr("give a mode in octal"));
    }
}

TEST_F(ShareTest, BuffersTellWhoseTheyAre) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    int buffers = 0; // fds of them
    int named = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator("/proc/" + std::to_string(sharer.pid()) + "/fdinfo")) {
        std::ifstream info(entry.path());
        for (std::string line; std::getline(info, line);) {
            buffers += line.starts_with("exp_name:") ? 1 : 0;
            named += line == "name:\tparallax shared frame" ? 1 : 0;
        }
    }
    EXPECT_GE(buffers, 2);
    EXPECT_EQ(named, buffers);
}

TEST_F(ShareTest, ViewDoesNotWaitWithoutEndForASharerThatIsStopped) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    sharer.send(SIGSTOP);
    Program viewer({"view", "--socket", socket(), "--out", out(), "--wait", "2000"});
    EXPECT_EQ(viewer.wait(), 4);
    EXPECT_THAT(viewer.printed(), HasSubstr("the sharing process is silent"));
}

TEST_F(ShareTest, ViewDoesNotWaitWithoutEndForTheNextFrame) {
    Program sharer = share({"--interval", "60000"});
    Program viewer = view({"--frames", "2", "--patience", "100"});
    EXPECT_EQ(viewer.wait(), 4) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("the sharing process is silent"));
}

TEST_F(ShareTest, ViewDoesNotWaitWithoutEndForAPlaceInTheQueue) {
    const UnixListener listener(socket()); // and accepts nothing
    std::vector<UnixSocket> waiting;
    EXPECT_THROW(
        for (int i = 0; i < 10'000; ++i) { waiting.push_back(connect()); }, std::system_error);
    Program viewer({"view", "--socket", socket(), "--out", out(), "--wait", "100"});
    EXPECT_EQ(viewer.wait(), 4);
    EXPECT_THAT(viewer.printed(), HasSubstr("accepts no connection; is it stopped?"));
}

TEST_F(ShareTest, SharerOutlivesMoreConnectionsThanItMayHaveFilesOpen) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const rlimit few{.rlim_cur = 40, .rlim_max = 40};
    ASSERT_EQ(::prlimit(sharer.pid(), RLIMIT_NOFILE, &few, nullptr), 0);
    std::vector<UnixSocket> idle;
    for (int i = 0; i < 100; ++i) {
        try {
            idle.push_back(connect());
        } catch (const std::system_error&) { // the queue is full for a moment
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
    Program viewer = view({"--frames", "2"});
    EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
}

// One of them dies

TEST_F(ShareTest, ViewerEndsWithASentenceWhenTheSharerIsKilled) {
    Program sharer = share({"--interval", "60000"}); // one frame, and then none for long
    Program viewer = view({"--frames", "2"});
    ASSERT_TRUE(sharer.prints("connects"));
    // A viewer of the test receives the frame; then the sharer dies.
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    sharer.send(SIGKILL);
    EXPECT_EQ(viewer.wait(), 4) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("the sharing process is gone"));
}

TEST_F(ShareTest, ViewDoesNotCallAFrameDifferentThatItHadNoMore) {
    const Extent extent{.width = 64, .height = 32};
    const auto exporter = open_exporter("exporter").value();
    std::vector<DrawnBuffer> buffers;
    buffers.emplace_back(*exporter, extent, DRM_FORMAT_XRGB8888);
    buffers.front().paint(test_pattern(extent, 1));
    const std::uint64_t announced = fingerprint(buffers.front().cpu_view());
    FrameSharer sharer(UnixListener(socket()), buffers);
    Program viewer = view();
    while (sharer.viewers() == 0) {
        sharer.serve(std::chrono::seconds(1));
    }
    viewer.send(SIGSTOP); // it is slow
    sharer.announce({.fingerprint = announced});
    sharer.drop_holders(0, "it kept a frame for too long");
    buffers.front().paint(test_pattern(extent, 2));
    viewer.send(SIGCONT);
    EXPECT_EQ(viewer.wait(), 4) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("it kept a frame for too long; it may have drawn in"));
}

TEST_F(ShareTest, BuffersOutliveTheSharer) {
    Program sharer = share({"--interval", "60000"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    const auto frame = receiver->next();
    ASSERT_TRUE(frame) << frame.error();
    const Picture before = receiver->buffers()[frame->index].cpu_view();
    sharer.send(SIGKILL);
    EXPECT_EQ(sharer.wait(), -SIGKILL);
    EXPECT_EQ(receiver->next().error(), "the sharing process is gone");
    EXPECT_EQ(receiver->buffers()[frame->index].cpu_view(), before);
}

TEST_F(ShareTest, SharerGoesOnWhenAViewerDiesHoldingAFrame) {
    Program sharer = share({"--frames", "4", "--interval", "0"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    {
        auto doomed = FrameReceiver::open(connect());
        ASSERT_TRUE(doomed) << doomed.error();
        ASSERT_TRUE(doomed->next()); // holds it, and dies
    }
    ASSERT_TRUE(sharer.prints("has disconnected"));
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    const auto frame = receiver->next();
    ASSERT_TRUE(frame) << frame.error();
    EXPECT_GT(frame->sequence, 0U);
}

TEST_F(ShareTest, ViewerThatKeepsAFrameTooLongIsLetGoAndTheOtherGoesOn) {
    Program sharer = share({"--buffers", "1", "--interval", "0", "--patience", "200"});
    ASSERT_TRUE(sharer.prints("sharing 1 buffer,"));
    auto slow = FrameReceiver::open(connect());
    ASSERT_TRUE(slow) << slow.error();
    ASSERT_TRUE(slow->next()); // and never done with it
    EXPECT_THAT(slow->next().error(), HasSubstr("kept a frame for more than 200 ms"));
    auto quick = FrameReceiver::open(connect());
    ASSERT_TRUE(quick) << quick.error();
    EXPECT_TRUE(quick->next());
}

} // namespace
} // namespace parallax
