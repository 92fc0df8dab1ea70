// SPDX-License-Identifier: MIT
// Two processes and one memory: `parallax share` and `parallax view` as a user starts them, and
// each of them against another side that dies, lies or talks nonsense.
#include "../program.hpp"
#include "../unit/temporary_folder.hpp"

#include "parallax/exporter.hpp"
#include "parallax/frame_message.hpp"
#include "parallax/frame_receiver.hpp"
#include "parallax/frame_sharer.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

namespace parallax {
namespace {

using test::Program;
using testing::HasSubstr;
using testing::StartsWith;

class ShareTest : public testing::Test {
protected:
    [[nodiscard]] std::string socket() const { return (folder_.path() / "socket").string(); }
    [[nodiscard]] std::string out() const { return (folder_.path() / "out").string(); }

    [[nodiscard]] Program share(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"share", "--socket", socket(), "--size", "241x67"};
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

/// The sentence with which the other side ends the connection, whatever comes before it.
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
    Program sharer = share({"--frames", "5"});
    Program viewer = view({"--frames", "5"});
    EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("same memory: 0 of "));
    EXPECT_THAT(viewer.printed(), HasSubstr("rung       modifier"));
    EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
    EXPECT_THAT(sharer.printed(), HasSubstr("5 frames drawn, 5 looked at"));
    EXPECT_FALSE(std::filesystem::exists(socket()));
    EXPECT_EQ(load_picture(out() + "/process.png").extent(), (Extent{241, 67}));
}

TEST_F(ShareTest, EveryFormatArrivesAsItWasDrawn) {
    for (const PixelFormat& format : pixel_formats()) {
        SCOPED_TRACE(format.name);
        Program sharer = share({"--frames", "1", "--format", std::string(format.name), "--json"});
        Program viewer = view();
        EXPECT_EQ(viewer.wait(), 0) << viewer.printed();
        EXPECT_EQ(sharer.wait(), 0) << sharer.printed();
        EXPECT_THAT(sharer.printed(), StartsWith("{")); // nothing but JSON
        EXPECT_THAT(sharer.printed(), HasSubstr("\"frames_looked_at\": 1"));
    }
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
    EXPECT_THAT(second.printed(), HasSubstr("somebody listens at"));
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
    EXPECT_THAT(viewer.printed(), HasSubstr("is parallax share running?"));
}

// One of them dies

TEST_F(ShareTest, ViewerEndsWithASentenceWhenTheSharerIsKilled) {
    Program sharer = share({"--interval", "60000"}); // one frame, and then none for long
    Program viewer = view({"--frames", "2"});
    ASSERT_TRUE(sharer.prints("connects"));
    // A viewer of our own sees that the frame is out; then the sharer dies.
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    sharer.send(SIGKILL);
    EXPECT_EQ(viewer.wait(), 4) << viewer.printed();
    EXPECT_THAT(viewer.printed(), HasSubstr("the sharing process is gone"));
}

TEST_F(ShareTest, BuffersOutliveTheSharer) {
    Program sharer = share({"--interval", "60000"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    const auto frame = receiver->next();
    ASSERT_TRUE(frame) << frame.error();
    const Picture before = receiver->buffers()[frame->index].view();
    sharer.send(SIGKILL);
    EXPECT_EQ(sharer.wait(), -SIGKILL);
    EXPECT_EQ(receiver->next().error(), "the sharing process is gone");
    EXPECT_EQ(receiver->buffers()[frame->index].view(), before);
}

TEST_F(ShareTest, SharerGoesOnWhenAViewerDiesHoldingAFrame) {
    Program sharer = share({"--frames", "4", "--interval", "0"});
    ASSERT_TRUE(sharer.prints("sharing 2 buffers"));
    {
        auto doomed = FrameReceiver::open(connect());
        ASSERT_TRUE(doomed) << doomed.error();
        ASSERT_TRUE(doomed->next()); // holds it, and dies
    }
    ASSERT_TRUE(sharer.prints("has gone"));
    auto receiver = FrameReceiver::open(connect());
    ASSERT_TRUE(receiver) << receiver.error();
    const auto frame = receiver->next();
    ASSERT_TRUE(frame) << frame.error();
    EXPECT_GT(frame->sequence, 0U);
}

TEST_F(ShareTest, ViewerThatKeepsAFrameTooLongIsLetGoAndTheOtherGoesOn) {
    Program sharer = share({"--buffers", "1", "--interval", "0", "--patience", "200"});
    ASSERT_TRUE(sharer.prints("sharing 1 buffers"));
    auto slow = FrameReceiver::open(connect());
    ASSERT_TRUE(slow) << slow.error();
    ASSERT_TRUE(slow->next()); // and never done with it
    EXPECT_THAT(slow->next().error(), HasSubstr("kept a frame for more than 200 ms"));
    auto quick = FrameReceiver::open(connect());
    ASSERT_TRUE(quick) << quick.error();
    EXPECT_TRUE(quick->next());
}

// The sharer against viewers that do not keep to the protocol

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
    EXPECT_TRUE(sharer.prints("is let go"));
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
        Nonsense{"AnotherVersion", hello_of_version(2), "speaks version 2"},
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

// The viewer against sharers that do not keep to the protocol

/// A sharer of the test's own, to which `parallax view` connects.
class ViewerAgainst : public ShareTest {
protected:
    void SetUp() override {
        auto exporter = open_exporter("exporter");
        ASSERT_TRUE(exporter) << exporter.error().front();
        buffer_.emplace(**exporter, Extent{64, 32}, pixel_formats().front());
    }

    /// Lets the viewer connect, and answers its hello with @p answer.
    template <typename Answer>
    void expect_refusal(Answer answer, const std::string& sentence, int status = 4) {
        const UnixListener listener(socket());
        Program viewer = view();
        {
            const UnixSocket liar = listener.accept();
            ASSERT_TRUE(liar.receive());
            answer(liar);
        }
        EXPECT_EQ(viewer.wait(), status);
        EXPECT_THAT(viewer.printed(), HasSubstr(sentence));
    }

    [[nodiscard]] message::Buffer offer() const {
        return {
            .index = 0, .count = 1, .size = buffer_->buffer().size(), .layout = buffer_->layout()};
    }
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
        "a file descriptor that is no dma-buf");
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
            larger.size = larger.layout.size();
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

TEST_F(ViewerAgainst, AFarewellIsPassedOn) {
    expect_refusal(
        [this](const UnixSocket& socket) {
            send(socket, message::Farewell{.sentence = "no time today"});
        },
        "ends it: no time today");
}

} // namespace
} // namespace parallax
