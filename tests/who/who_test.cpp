// SPDX-License-Identifier: MIT
// `parallax who` as a user starts it, of buffers that are held in every way.
#include "support/fds.hpp"
#include "support/module.hpp"
#include "support/node.hpp"
#include "support/program.hpp"
#include "support/vgem.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/text.hpp"

#include "importer.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

namespace parallax {
namespace {

using nlohmann::json;
using test::Program;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t size = 1 << 20;
constexpr uid_t somebody = 4711;

/// A dma-buf of the module's with a name.
DmaBuf make_buffer(const std::string& name, std::size_t bytes = size) {
    DmaBuf buffer(uapi::allocate(uapi::open_node(), bytes));
    buffer.set_name(name);
    return buffer;
}

/// What `parallax who --json` says, and ends with.
json who(std::vector<std::string> arguments = {}, uid_t user = 0) {
    arguments.insert(arguments.begin(), {"who", "--json"});
    Program program(std::move(arguments), user);
    EXPECT_EQ(program.wait(), 0) << program.printed();
    return json::parse(program.printed());
}

/// The one buffer that it shows.
json only_buffer(const std::string& what, uid_t user = 0) {
    json listed = who({what}, user);
    EXPECT_EQ(listed["buffers"].size(), 1) << listed.dump(2);
    return listed["buffers"].empty() ? json() : listed["buffers"][0];
}

std::string inode_of(const DmaBuf& buffer) {
    return text::format("inode:{}", buffer.inode());
}

/// A process that has begun and waits to be ended with this object.
class Other {
public:
    /// @param begin what it does before it waits.
    explicit Other(const std::function<void()>& begin) {
        std::array<int, 2> ready{};
        EXPECT_EQ(::pipe(ready.data()), 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            begin();
            static_cast<void>(!::write(ready[1], "", 1));
            std::this_thread::sleep_for(std::chrono::hours(1));
            ::_exit(0);
        }
        ::close(ready[1]);
        char byte = 0;
        EXPECT_EQ(::read(ready[0], &byte, 1), 1) << "it ended before it had begun";
        ::close(ready[0]);
    }
    Other(const Other&) = delete;
    Other& operator=(const Other&) = delete;
    ~Other() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

/// Of this process, which has changed its user: lets that user look into it.
void become(uid_t user) {
    if (::setresgid(user, user, user) != 0 || ::setresuid(user, user, user) != 0 ||
        ::prctl(PR_SET_DUMPABLE, 1) != 0) {
        ::_exit(1);
    }
}

TEST(Who, HolderIsNamedByItsFds) {
    const DmaBuf buffer = make_buffer("leak by fd");
    const UniqueFd second = buffer.duplicate();
    const json found = only_buffer("leak by fd");
    EXPECT_EQ(found["inode"], buffer.inode());
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["exporter"], "dmabuf_exporter");
    EXPECT_EQ(found["name"], "leak by fd");
    EXPECT_EQ(found["references"], 2);
    EXPECT_EQ(found["other_references"], 0);
    EXPECT_EQ(found["devices"], json::array());
    EXPECT_EQ(found["fences"], json::array());
    ASSERT_EQ(found["holders"].size(), 1);
    EXPECT_EQ(found["holders"][0], json({{"pid", ::getpid()},
                                         {"process", "who-tests"},
                                         {"user", "root"},
                                         {"fds", 2},
                                         {"mappings", 0},
                                         {"path_fds", 0}}));
}

TEST(Who, HolderIsNamedByItsMappingsAlone) {
    auto buffer = std::make_optional(make_buffer("leak by mapping"));
    const uapi::Map first(buffer->duplicate(), size);
    const uapi::Map part(buffer->duplicate(), uapi::page, {.offset = 2 * uapi::page});
    buffer.reset();
    const json found = only_buffer("leak by mapping");
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["other_references"], 0);
    ASSERT_EQ(found["holders"].size(), 1);
    EXPECT_EQ(found["holders"][0]["pid"], ::getpid());
    EXPECT_EQ(found["holders"][0]["fds"], 0);
    EXPECT_EQ(found["holders"][0]["mappings"], 2);
}

TEST(Who, WithoutRootSeesWhatItsUserHoldsAndSaysWhatIsMissing) {
    const DmaBuf roots = make_buffer("root's");
    auto shared = std::make_optional(make_buffer("shared"));
    const Other by_fd([] { become(somebody); }); // has an fd of both, as this process has
    const json found = only_buffer("shared", somebody);
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["exporter"], "dmabuf_exporter");
    EXPECT_EQ(found["references"], 2);
    EXPECT_EQ(found["other_references"], 1); // this process's
    EXPECT_TRUE(found["devices"].is_null());
    ASSERT_EQ(found["holders"].size(), 1);
    EXPECT_EQ(found["holders"][0]["pid"], by_fd.pid());
    EXPECT_EQ(found["holders"][0]["user"], std::to_string(somebody));

    Program text({"who"}, somebody);
    EXPECT_EQ(text.wait(), 0);
    EXPECT_THAT(text.printed(), HasSubstr("not seen: what "));
    EXPECT_THAT(text.printed(), HasSubstr("this user may not"));
    EXPECT_THAT(text.printed(), HasSubstr("also by   1 reference of processes not seen"));

    Program mine({"who", std::to_string(::getpid())}, somebody);
    EXPECT_EQ(mine.wait(), 3);
    EXPECT_THAT(mine.printed(), HasSubstr("only its user and root may look into process"));

    EXPECT_EQ(only_buffer("shared")["holders"].size(), 2); // as root
}

TEST(Who, WithoutRootNamesItsUsersMappings) {
    auto buffer = std::make_optional(make_buffer("mapped by somebody"));
    const Other other([&buffer] {
        static const uapi::Map mapping(buffer->duplicate(), size);
        buffer.reset();
        become(somebody);
    });
    buffer.reset();
    const json found = only_buffer("mapped by somebody", somebody);
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["holders"][0]["mappings"], 1);
    EXPECT_EQ(only_buffer("mapped by somebody")["holders"][0]["pid"], other.pid());
}

TEST(Who, DeviceHoldsWithoutAProcess) {
    uapi::load_importer();
    auto buffer = std::make_optional(make_buffer("attached"));
    const UniqueFd importer(::open("/dev/importer", O_RDWR | O_CLOEXEC));
    importer_attach attach{.fd = buffer->fd(), .direction = IMPORTER_BOTH_WAYS};
    ASSERT_EQ(::ioctl(importer.get(), IMPORTER_ATTACH, &attach), 0);
    buffer.reset();
    const json found = only_buffer("attached");
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["holders"], json::array());
    EXPECT_EQ(found["other_references"], 1);
    ASSERT_EQ(found["devices"].size(), 1);
    EXPECT_THAT(found["devices"][0].get<std::string>(), HasSubstr("importer"));
    Program text({"who", "attached"});
    EXPECT_EQ(text.wait(), 0);
    EXPECT_THAT(text.printed(), HasSubstr("held by   1 reference of the kernel"));
}

TEST(Who, MessageInASocketHoldsWithoutAProcess) {
    auto buffer = std::make_optional(make_buffer("in flight"));
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const UniqueFd from(ends[0]);
    const UniqueFd to(ends[1]);
    char byte = 0;
    test::FdMessage message(&byte, 1);
    message.put(buffer->fd());
    ASSERT_EQ(::sendmsg(from.get(), message.header(), 0), 1);
    buffer.reset();
    const json found = only_buffer("in flight");
    EXPECT_EQ(found["holders"], json::array());
    EXPECT_EQ(found["references"], 1);
    EXPECT_EQ(found["other_references"], 1);
}

TEST(Who, PathFdHoldsTheMemoryAlone) {
    auto buffer = std::make_optional(make_buffer("by its path"));
    const std::string what = inode_of(*buffer);
    const UniqueFd path(
        ::open(text::format("/proc/self/fd/{}", buffer->fd()).c_str(), O_PATH | O_CLOEXEC));
    ASSERT_TRUE(path);
    buffer.reset();
    const json found = only_buffer(what);
    EXPECT_EQ(found["size"], size);
    EXPECT_TRUE(found["exporter"].is_null());
    ASSERT_EQ(found["holders"].size(), 1);
    EXPECT_EQ(found["holders"][0]["fds"], 0);
    EXPECT_EQ(found["holders"][0]["path_fds"], 1);
}

TEST(Who, FenceIsShownUntilItIsSignalled) {
    const test::Vgem card;
    const DmaBuf buffer = make_buffer("busy");
    test::LateFence fence(card, buffer.fd(), test::LateFence::writes);
    const json busy = only_buffer("busy")["fences"];
    ASSERT_EQ(busy.size(), 1);
    EXPECT_EQ(busy[0]["usage"], "write");
    EXPECT_EQ(busy[0]["signalled"], false);
    EXPECT_THAT(busy[0]["text"].get<std::string>(), HasSubstr("vgem"));
    fence.signal();
    for (const json& left : only_buffer("busy")["fences"]) {
        EXPECT_EQ(left["signalled"], true);
    }
}

TEST(Who, ThousandBuffersAreSummedUp) {
    constexpr std::size_t count = 1000;
    std::vector<std::unique_ptr<uapi::Map>> mappings;
    for (std::size_t i = 0; i < count; ++i) {
        const DmaBuf buffer = make_buffer("one of thousand", uapi::page);
        mappings.push_back(std::make_unique<uapi::Map>(buffer.duplicate(), uapi::page));
    }
    const json listed = who({"one of thousand"});
    EXPECT_EQ(listed["dma_bufs"], count);
    EXPECT_EQ(listed["size"], count * uapi::page);
    EXPECT_EQ(listed["buffers"].size(), count);
    EXPECT_EQ(listed["exporters"][0]["size"], count * uapi::page);
    ASSERT_EQ(listed["processes"].size(), 1);
    EXPECT_EQ(listed["processes"][0]["dma_bufs"], count);
    EXPECT_EQ(listed["processes"][0]["alone"], count * uapi::page);
}

TEST(Who, IsAskedByFdAndByProcess) {
    const DmaBuf buffer = make_buffer("asked for");
    const UniqueFd inherited(::dup(buffer.fd())); // without O_CLOEXEC
    EXPECT_EQ(only_buffer(std::to_string(inherited.get()))["inode"], buffer.inode());
    EXPECT_EQ(only_buffer(inode_of(buffer))["name"], "asked for");
    const Other other([] {});
    EXPECT_EQ(only_buffer(std::to_string(other.pid()))["inode"], buffer.inode());
}

TEST(Who, ProcessWithoutBuffersIsNoMistake) {
    const Other other([] {});
    EXPECT_EQ(who({std::to_string(other.pid())})["dma_bufs"], 0);
}

TEST(Who, WhatIsNotThereIsBadUsage) {
    for (const auto& [what, sentence] :
         {std::pair("no such name", "no dma-buf that can be seen is named 'no such name'"),
          std::pair("inode:0", "no dma-buf that can be seen has the inode 0"),
          std::pair("inode:x", "'inode:x' has no number of an inode"),
          std::pair("99999999", "99999999 is neither an fd of a dma-buf nor a process"),
          std::pair("99999999999999999999", "is named '99999999999999999999'")}) {
        Program program({"who", what});
        EXPECT_EQ(program.wait(), 2) << what;
        EXPECT_THAT(program.printed(), HasSubstr(sentence));
    }
}

TEST(Who, WatchesWhatChanges) {
    Program watcher({"who", "watched", "--watch", "--interval", "10", "--json"});
    ASSERT_TRUE(watcher.prints("\"dma_bufs\":0"));
    {
        const DmaBuf buffer = make_buffer("watched");
        ASSERT_TRUE(watcher.prints("\"dma_bufs\":1"));
    }
    watcher.send(SIGINT);
    EXPECT_EQ(watcher.wait(), 0) << watcher.printed();
    std::istringstream lines(watcher.printed());
    std::string before;
    for (std::string line; std::getline(lines, line); before = std::exchange(line, {})) {
        EXPECT_TRUE(json::accept(line)) << line;
        EXPECT_NE(line, before) << "nothing has changed";
    }
}

TEST(Who, NamesObeyNobody) {
    const std::string name = "x\nexp_name:\tforged\n\x1b[2J\xe3\x82";
    const DmaBuf buffer = make_buffer(name);
    const uapi::Map mapping(buffer.duplicate(), size);
    const Other other([] { ::prctl(PR_SET_NAME, "a\nUid:\t0\x1b[2J"); });
    const json found = only_buffer(inode_of(buffer));
    EXPECT_EQ(found["name"], "x?exp_name:?forged??[2J??");
    EXPECT_EQ(found["exporter"], "dmabuf_exporter");
    EXPECT_EQ(found["size"], size);
    EXPECT_EQ(found["holders"].size(), 2);
    Program text({"who"});
    EXPECT_EQ(text.wait(), 0);
    EXPECT_THAT(text.printed(), Not(HasSubstr("\x1b")));
    EXPECT_THAT(text.printed(), HasSubstr("a\\nUid:"));
}

TEST(Who, ProcessWhoseFirstThreadHasEndedIsNamed) {
    const DmaBuf buffer = make_buffer("of a thread");
    std::array<int, 2> ready{};
    ASSERT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::thread([&] {
            static_cast<void>(!::write(ready[1], "", 1));
            std::this_thread::sleep_for(std::chrono::hours(1));
        }).detach();
        ::syscall(SYS_exit, 0); // of this thread alone
    }
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    const auto state = [child] { return uapi::read_text(text::format("/proc/{}/stat", child)); };
    while (!state().contains(") Z")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const json found = only_buffer("of a thread");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_EQ(found["holders"].size(), 2);
    EXPECT_EQ(found["holders"][1]["pid"], child);
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(Who, ProcessesThatProcHidesAreMissing) {
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("proc", "/proc", "proc", 0, "hidepid=2"), 0);
    const Other other([] { become(somebody); });
    Program program({"who"}, somebody);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_THAT(program.printed(), HasSubstr("processes that /proc hides"));
}

/// A mapped file whose name is that of a dma-buf wherever it is looked at from.
TEST(Who, FileThatIsNamedAsADmaBufIsNone) {
    ASSERT_EQ(::mount("none", "/mnt", "tmpfs", 0, nullptr), 0);
    const UniqueFd file(::open("/mnt/dmabuf:forged", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    const bool written = file && ::ftruncate(file.get(), static_cast<off_t>(uapi::page)) == 0;
    ASSERT_EQ(::umount2("/mnt", MNT_DETACH), 0);
    ASSERT_TRUE(written);
    const uapi::Map mapping(file, uapi::page);
    ASSERT_THAT(uapi::read_text("/proc/self/maps"), HasSubstr(" /dmabuf:forged\n"));
    const DmaBuf buffer = make_buffer("not forged");
    EXPECT_THAT(who()["buffers"].dump(), Not(HasSubstr("\"forged\"")));
}

} // namespace
} // namespace parallax
