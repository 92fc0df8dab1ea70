// SPDX-License-Identifier: MIT
// `parallax share` and `parallax view`, each with another side that dies or violates the protocol.
#include "share_test.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "parallax/text.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>

#include <string>

namespace parallax {
namespace {

using testing::HasSubstr;

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
