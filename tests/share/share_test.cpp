// SPDX-License-Identifier: MIT
// `parallax share` and `parallax view` as a user starts them, and each of them with another side
// that dies or violates the protocol.
#include "files/picture_file.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/ipc/fingerprint.hpp"
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/frame_receiver.hpp"
#include "parallax/ipc/frame_sharer.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace parallax {
namespace {

using test::Program;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ShareTest : public testing::Test {
protected:
    [[nodiscard]] std::string socket() const { return (folder_.path() / "socket").string(); }
    [[nodiscard]] std::string out() const { return (folder_.path() / "out").string(); }

    [[nodiscard]] Program share(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"share", "--socket", socket()};
        if (!std::ranges::contains(more, "--size")) {
            arguments.insert(arguments.end(), {"--size", "241x67"});
        }
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    [[nodiscard]] Program view(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"view", "--socket",   socket(), "--out",
                                           out(),  "--validate", "--wait", "60000"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return Program(std::move(arguments));
    }

    /// Connects as a viewer of the test's own.
    [[nodiscard]] UnixSocket connect() const { return UnixSocket::connect(socket()); }

private:
    test::TemporaryFolder folder_;
};

UnixSocket say_hello(UnixSocket socket) {
    EXPECT_TRUE(socket.send(message::encode(message::Hello{})));
    return socket;
}

/// The other side's farewell; earlier messages are ignored.
std::string farewell_from(const UnixSocket& socket) {
    while (const auto datagram = socket.receive()) {
        const auto message = message::decode(datagram->bytes, datagram->fds.size());
        if (!message) {
            return message.error();
        }
        if (const auto* farewell = std::get_if<message::Farewell>(&*message)) {
            return farewell->sentence;
        }
    }
    return "gone without a word";
}

// Both programs

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

TEST_F(ShareTest, EveryFormatArrivesAsItWasDrawn) {
    for (const Format& format : formats()) {
        for (const char* const planes : {"one", "each"}) {
            if (planes == std::string_view("each") && format.plane_count == 1) {
                continue;
            }
            SCOPED_TRACE(text::format("{}, planes: {}", format.name, planes));
            std::vector<std::string> options{"--frames", "1",        "--patience",
                                             "600000",   "--size",   "66x34",
                                             "--json",   "--format", std::string(format.name)};
            if (format.plane_count > 1) {
                options.insert(options.end(), {"--planes", planes});
            }
            if (format.is_ycbcr) {
                options.insert(options.end(), {"--colour", "709-full-center"});
            }
            Program sharer = share(std::move(options));
            Program viewer = view();
            const int status = viewer.wait();
            if (status == 3) { // lavapipe has no images of 24 bits
                EXPECT_THAT(format.name, EndsWith("888"));
                EXPECT_THAT(viewer.printed(), HasSubstr("cannot be"));
                continue; // the sharer waits for another viewer
            }
            EXPECT_EQ(status, 0) << viewer.printed();
            EXPECT_THAT(viewer.printed(), HasSubstr("same memory: 0 of "));
            EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
            EXPECT_THAT(sharer.printed(), StartsWith("{")); // nothing but JSON
            EXPECT_THAT(sharer.printed(), HasSubstr("\"frames_looked_at\": 1"));
            if (format.is_ycbcr) {
                EXPECT_THAT(viewer.printed(), HasSubstr("709-full-center"));
            }
        }
    }
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

// The sharer with viewers that violate the protocol

struct Nonsense {
    std::string name;
    std::vector<std::byte> bytes;
    std::string answer;
};

class SharerAgainst : public ShareTest, public testing::WithParamInterface<Nonsense> {};

TEST_P(SharerAgainst, RefusesAndGoesOn) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const UnixSocket liar = connect();
    ASSERT_TRUE(liar.send(GetParam().bytes));
    EXPECT_THAT(farewell_from(liar), HasSubstr(GetParam().answer));
    EXPECT_TRUE(sharer.prints("is dropped"));
    EXPECT_TRUE(FrameReceiver::open(connect())) << "the next viewer must be served";
}

std::vector<std::byte> hello_of_version(unsigned version) {
    std::vector<std::byte> bytes = message::encode(message::Hello{});
    bytes[4] = static_cast<std::byte>(version);
    return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    , SharerAgainst,
    testing::Values(
        Nonsense{"Garbage", std::vector(300, std::byte{0xa5}), "does not speak this protocol"},
        Nonsense{"OneByte", {std::byte{'P'}}, "does not speak this protocol"},
        Nonsense{"AnotherVersion", hello_of_version(3), "speaks version 3"},
        Nonsense{"DoneBeforeHello", message::encode(message::Done{}), "makes no sense now"},
        Nonsense{"ItsOwnMessages", message::encode(message::Frame{}), "makes no sense now"}),
    [](const auto& nonsense) { return nonsense.param.name; });

TEST_F(ShareTest, SharerRefusesASecondHello) {
    Program sharer = share({"--interval", "60000"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const UnixSocket twice = say_hello(say_hello(connect()));
    EXPECT_THAT(farewell_from(twice), HasSubstr("makes no sense now"));
}

TEST_F(ShareTest, SharerRefusesFileDescriptors) {
    Program sharer = share();
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    const UnixSocket generous = connect();
    const UniqueFd file(::memfd_create("gift", MFD_CLOEXEC));
    ASSERT_TRUE(generous.send(message::encode(message::Hello{}), std::array{file.get()}));
    EXPECT_THAT(farewell_from(generous), HasSubstr("0 file descriptors, not 1"));
}

// The viewer with sharers that violate the protocol

/// A sharer of the test's own, to which `parallax view` connects.
class ViewerAgainst : public ShareTest {
protected:
    void SetUp() override {
        auto exporter = open_exporter("exporter");
        ASSERT_TRUE(exporter) << exporter.error().front();
        buffer_.emplace(**exporter, Extent{64, 32}, rgb_fourccs().front());
    }

    /// Lets the viewer connect, and answers its hello with @p answer.
    template <typename Answer>
    void expect_refusal(Answer answer, const std::string& sentence, int status = 4) {
        const UnixListener listener(socket());
        Program viewer = view();
        {
            const UnixSocket liar = *listener.accept();
            ASSERT_TRUE(liar.receive());
            answer(liar);
        }
        EXPECT_EQ(viewer.wait(), status);
        EXPECT_THAT(viewer.printed(), HasSubstr(sentence));
    }

    [[nodiscard]] message::Buffer offer() const {
        return {.index = 0,
                .count = 1,
                .sizes = {buffer_->buffer().size()},
                .layout = buffer_->layout()};
    }
    [[nodiscard]] DrawnBuffer& drawn() { return *buffer_; }
    [[nodiscard]] int fd() const { return buffer_->buffer().fd(); }

    void send(const UnixSocket& socket, const message::Any& message, int fd = -1) {
        const std::array fds{fd};
        EXPECT_TRUE(socket.send(message::encode(message), std::span(fds).first(fd < 0 ? 0U : 1U)));
    }

private:
    std::optional<DrawnBuffer> buffer_;
};

TEST_F(ViewerAgainst, SilenceAndTheEnd) {
    expect_refusal([](const UnixSocket&) {}, "the sharing process is gone");
}

TEST_F(ViewerAgainst, Garbage) {
    expect_refusal(
        [](const UnixSocket& socket) { EXPECT_TRUE(socket.send(std::vector(99, std::byte{7}))); },
        "does not speak this protocol");
}

TEST_F(ViewerAgainst, AnotherVersion) {
    expect_refusal([](const UnixSocket& socket) { EXPECT_TRUE(socket.send(hello_of_version(9))); },
                   "speaks version 9");
}

TEST_F(ViewerAgainst, AFileThatIsNoDmaBuf) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            const UniqueFd file(::memfd_create("no dma-buf", MFD_CLOEXEC));
            ASSERT_EQ(::ftruncate(file.get(), 1 << 20), 0);
            send(socket, offer(), file.get());
        },
        "a file descriptor that is not a dma-buf");
}

TEST_F(ViewerAgainst, ABufferWithoutItsFd) {
    expect_refusal([this](const UnixSocket& socket) { send(socket, offer()); },
                   "1 file descriptors, not 0");
}

TEST_F(ViewerAgainst, ABufferSmallerThanItIsSaidToBe) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            message::Buffer larger = offer();
            larger.layout.extent.height = 2000;
            larger.sizes = {larger.layout.size()};
            send(socket, larger, fd());
        },
        "says that its dma-buf holds");
}

TEST_F(ViewerAgainst, AFrameInABufferThatWasNeverSent) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            send(socket, offer(), fd());
            send(socket, message::Frame{.index = 1});
        },
        "names no buffer that it has sent");
}

TEST_F(ViewerAgainst, BuffersInTheWrongOrder) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            message::Buffer second = offer();
            second.index = 1;
            second.count = 2;
            send(socket, second, fd());
        },
        "does not send buffer 0 when it should");
}

TEST_F(ViewerAgainst, BuffersOfDifferentLayouts) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            message::Buffer first = offer();
            first.count = 2;
            send(socket, first, fd());
            first.index = 1;
            first.layout.extent.height -= 1;
            send(socket, first, fd());
        },
        "buffers of different layouts");
}

TEST_F(ViewerAgainst, AFingerprintOfSomethingElse) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            send(socket, offer(), fd());
            send(socket, message::Frame{.index = 0, .fingerprint = 1});
            static_cast<void>(socket.receive()); // done
        },
        "DIFFERENT: 2048 of 4096 pixels differ", 1);
}

struct Place {
    std::uint64_t offset;
    std::uint64_t stride;
};

/// Layouts that the protocol permits and hardware may not support.
class OddLayout : public ViewerAgainst, public testing::WithParamInterface<Place> {};

TEST_P(OddLayout, IsSeenAsItIsOrRefused) {
    message::Buffer odd = offer();
    odd.layout.planes[0].offset = GetParam().offset;
    odd.layout.planes[0].stride = GetParam().stride;
    DrawnBuffer drawn(DmaBuf(UniqueFd(::fcntl(fd(), F_DUPFD_CLOEXEC, 0))), odd.layout);
    drawn.paint(test_pattern(odd.layout.extent, 1));
    const UnixListener listener(socket());
    Program viewer = view();
    const UnixSocket sharer = *listener.accept();
    ASSERT_TRUE(sharer.receive());
    send(sharer, odd, fd());
    static_cast<void>(sharer.send(
        message::encode(message::Frame{.index = 0, .fingerprint = fingerprint(drawn.cpu_view())})));
    const int status = viewer.wait();
    EXPECT_THAT(status, testing::AnyOf(0, 3)) << viewer.printed();
}

INSTANTIATE_TEST_SUITE_P(Of, OddLayout,
                         testing::Values(Place{0, 257}, Place{0, 258}, Place{0, 260}, Place{0, 264},
                                         Place{1, 256}, Place{2, 256}, Place{4, 256},
                                         Place{16, 256}, Place{64, 256}, Place{4096, 256},
                                         Place{2, 258}, Place{4, 384}),
                         [](const auto& place) {
                             return text::format("offset{}stride{}", place.param.offset,
                                                 place.param.stride);
                         });

TEST_F(ViewerAgainst, AnOldSharerIsGreetedAgainInItsVersion) {
    const UnixListener listener(socket());
    Program viewer = view();
    {
        const UnixSocket first = *listener.accept();
        const auto hello = first.receive();
        ASSERT_TRUE(hello);
        EXPECT_EQ(hello->bytes.at(4), std::byte{2});
        send(first, message::Farewell{.sentence = "the other side speaks version 2", .version = 1});
    }
    const UnixSocket old = *listener.accept();
    const auto hello = old.receive();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->bytes, message::encode(message::Hello{.version = 1}));
    drawn().paint(test_pattern(drawn().layout().extent, 1));
    ASSERT_TRUE(old.send(message::encode(offer(), 1), std::array{fd()}));
    ASSERT_TRUE(old.send(message::encode(
        message::Frame{.index = 0, .fingerprint = fingerprint(drawn().cpu_view())}, 1)));
    const auto done = old.receive();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->bytes, message::encode(message::Done{.index = 0}, 1));
    EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
}

TEST_F(ViewerAgainst, AFarewellIsPassedOn) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            send(socket, message::Farewell{.sentence = "no time today"});
        },
        "ends it: no time today");
}

} // namespace
} // namespace parallax
