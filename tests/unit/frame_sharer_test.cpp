// SPDX-License-Identifier: MIT
// A sharer with viewers that are slow, silent or hostile: none affects the others. Only connections
// are tested, so there are no buffers.
#include "parallax/ipc/frame_message.hpp"
#include "parallax/ipc/frame_sharing.hpp"
#include "support/fds.hpp"

#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace parallax {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class Sharer : public testing::Test {
protected:
    [[nodiscard]] UnixSocket connect() const { return UnixSocket::connect(path()); }

    [[nodiscard]] UnixSocket greet() const {
        UnixSocket socket = connect();
        EXPECT_TRUE(socket.send(message::encode(message::Hello{})));
        return socket;
    }

    /// Serves until there is nothing more to do. @return the events.
    std::vector<std::string> serve() {
        std::vector<std::string> all;
        for (std::size_t before = 1; before > 0;) {
            const std::vector<std::string> events = sharer_.serve(milliseconds(20));
            before = events.size();
            all.insert(all.end(), events.begin(), events.end());
        }
        return all;
    }

    /// True if a new viewer is served.
    [[nodiscard]] bool serves_another() {
        const std::size_t before = sharer_.viewers();
        const UnixSocket viewer = greet();
        for (int i = 0; i < 100 && sharer_.viewers() == before; ++i) {
            static_cast<void>(sharer_.serve(milliseconds(100)));
        }
        return sharer_.viewers() > before;
    }

    FrameSharer& sharer() { return sharer_; }

private:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "socket"; }

    test::TemporaryFolder folder_;
    FrameSharer sharer_{UnixListener(path()), {}};
};

/// During its life this process can open no more files.
class NoMoreFiles {
public:
    NoMoreFiles() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = static_cast<rlim_t>(UniqueFd(::dup(STDIN_FILENO)).get());
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    NoMoreFiles(const NoMoreFiles&) = delete;
    NoMoreFiles& operator=(const NoMoreFiles&) = delete;
    NoMoreFiles(NoMoreFiles&&) = delete;
    NoMoreFiles& operator=(NoMoreFiles&&) = delete;
    ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// Fds in a message without bytes.
void send_nothing_with_fds(const UnixSocket& socket) {
    const UniqueFd file(::memfd_create("gift", MFD_CLOEXEC));
    const std::array fds{file.get(), file.get(), file.get(), file.get()};
    msghdr message{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(fds))> room{};
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(fds));
    std::ranges::copy(std::as_bytes(std::span(fds)), reinterpret_cast<std::byte*>(CMSG_DATA(part)));
    ASSERT_EQ(::sendmsg(socket.fd(), &message, 0), 0);
}

TEST_F(Sharer, KeepsNothingOfViewersThatSendEmptyMessagesWithFds) {
    const int before = test::count_open_fds();
    for (int i = 0; i < 50; ++i) {
        const UnixSocket hostile = connect();
        send_nothing_with_fds(hostile);
        serve();
    }
    EXPECT_EQ(test::count_open_fds(), before);
    EXPECT_TRUE(serves_another());
}

TEST_F(Sharer, ThatCanOpenNoMoreFilesGoesOn) {
    {
        const UnixSocket waiting = connect();
        const NoMoreFiles limit;
        EXPECT_THAT(sharer().serve(milliseconds(1000)), Contains(HasSubstr("no file descriptor")));
        EXPECT_THAT(serve(), testing::IsEmpty()) << "it must not try again at once";
    }
    EXPECT_TRUE(serves_another());
}

TEST_F(Sharer, TakesTheFdOfOneThatSaysNothingWhereItHasNoOther) {
    const UnixSocket silent = connect();
    serve();
    const UnixSocket viewer = greet();
    {
        const NoMoreFiles limit;
        EXPECT_THAT(serve(), Contains(HasSubstr("another viewer needs its place")));
    }
    EXPECT_EQ(sharer().viewers(), 1U);
}

TEST_F(Sharer, HasAPlaceForViewersWhateverTheNumberOfIdleConnections) {
    std::vector<UnixSocket> idle;
    for (std::size_t i = 0; i < 2 * FrameSharer::most_viewers; ++i) {
        idle.push_back(connect());
        serve();
    }
    EXPECT_TRUE(serves_another());
}

TEST_F(Sharer, TurnsTheOneAwayThatIsTooManyAndSaysWhy) {
    std::vector<UnixSocket> viewers;
    for (std::size_t i = 0; i < FrameSharer::most_viewers; ++i) {
        viewers.push_back(greet());
        serve();
    }
    ASSERT_EQ(sharer().viewers(), FrameSharer::most_viewers);
    UnixSocket late = connect();
    EXPECT_THAT(serve(), Contains(HasSubstr("is refused")));
    const auto receiver = FrameReceiver::open(std::move(late)); // says hello to one that is gone
    ASSERT_FALSE(receiver);
    EXPECT_THAT(receiver.error(), HasSubstr("there are 64 viewers already"));
}

TEST_F(Sharer, LetsOneGoThatSaysNothing) {
    const UnixSocket silent = connect();
    EXPECT_THAT(serve(), Contains(HasSubstr("connects")));
    std::vector<std::string> events;
    while (events.empty()) { // no request, no limit: it must wake up by itself
        events = sharer().serve(milliseconds(-1));
    }
    EXPECT_THAT(events, Contains(HasSubstr("has not said hello within")));
}

TEST_F(Sharer, HearsWhyOneLeavesThatHasNotReadItsFrames) {
    {
        const UnixSocket viewer = greet();
        serve();
        static_cast<void>(sharer().announce({}));
        ASSERT_TRUE(viewer.send(message::encode(message::Farewell{.sentence = "enough"})));
    } // closes with a frame unread, which resets the connection
    EXPECT_THAT(serve(), Contains(AllOf(HasSubstr("leaves"), HasSubstr("enough"))));
}

TEST_F(Sharer, HearsWhyOneHasLeftThatIsToldOfAFrame) {
    {
        const UnixSocket viewer = greet();
        serve();
        ASSERT_TRUE(viewer.send(message::encode(message::Farewell{.sentence = "enough"})));
    }
    EXPECT_THAT(sharer().announce({}), Contains(AllOf(HasSubstr("leaves"), HasSubstr("enough"))));
}

TEST(Receiver, DoesNotWaitWithoutEndForASilentSharer) {
    auto [sharer, viewer] = UnixSocket::pair();
    const auto receiver = FrameReceiver::open(std::move(viewer), milliseconds(10));
    ASSERT_FALSE(receiver);
    EXPECT_THAT(receiver.error(), HasSubstr("is silent"));
}

} // namespace
} // namespace parallax
