// SPDX-License-Identifier: MIT
#pragma once

#include "buffer.hpp"
#include "faults.hpp"
#include "ledger.hpp"
#include "random.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

namespace stress {

/// What all actors of a run have in common.
struct Stage {
    std::uint64_t seed = 0;
    unsigned operations = 0; ///< of each thread in each life
    bool faults = false;     ///< let the kernel fail
    int send = -1;           ///< a socket for buffers that are passed on ...
    int receive = -1;        ///< ... and its other end, both shared by all processes
    std::string cgroup;      ///< a memory cgroup to fill; empty: none
    Ledger* ledger = nullptr;
};

/// One thread that does one thing after another to dma-bufs of its own, and knows at any time what
/// every page of them must hold. What it does follows from the seed and its place alone; what the
/// kernel makes of that, with all the others at work, does not.
class Actor {
public:
    /// @throws std::system_error where the machine lacks something.
    Actor(const Stage& stage, const Place& place);
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;
    ~Actor();

    /// @throws Discrepancy
    void run(const std::atomic<bool>& stop);

    [[nodiscard]] const Place& place() const { return place_; }

private:
    struct Result {
        long value;
        int error;     ///< errno if the call failed, else 0
        bool injected; ///< the kernel was made to fail in it
    };

    /// Makes a system call, now and then one that the kernel is told to fail in.
    /// @param may_be_failed false for what the kernel itself takes for a bug when it fails.
    template <typename Function>
    Result call(Function&& function, bool may_be_failed = true) {
        const bool arm = may_be_failed && faults_.usable() && random_.one_in(3);
        if (arm) {
            faults_.arm(static_cast<unsigned>(random_.between(1, random_.one_in(4) ? 60 : 12)));
        }
        errno = 0;
        const auto value = (long)function(); // mmap() returns a pointer
        Result result{.value = value, .error = value == -1 ? errno : 0, .injected = false};
        if (arm && faults_.disarm()) {
            result.injected = true;
            ++stage_.ledger->failures_injected;
            stage_.ledger->calls_refused += result.error != 0 ? 1 : 0;
        }
        return result;
    }

    /// @return whether the call was done. @throws Discrepancy if it failed, and was not made to.
    static bool done(const Result& result, const char* what);

    /// For a call that must fail. @throws Discrepancy if it did not, or with another errno than
    /// @p wanted (0: any).
    void must_fail(const Result& result, int wanted, const char* what);

    void perform(Operation operation);

    // memory.cpp: address space and contents
    void map();
    void map_node();
    void unmap();
    void move();
    void protect();
    void advise();
    void write();
    void verify();
    void race();
    void through_kernel();

    // sharing.cpp: who holds the buffer
    void allocate();
    void duplicate();
    void close();
    void pass_to_self();
    void pass_on();
    void receive();
    void fork();
    void press();
    void fill_cgroup();

    // device.cpp: other views
    void sync();
    void attach();
    void device_access();
    void detach();
    void prime_import();
    void prime_export();

    // abuse.cpp: what must be refused
    void wrong_input();
    void random_ioctl();

    [[nodiscard]] Buffer* any_buffer();
    [[nodiscard]] Buffer* any_buffer_with_fd();
    /// @return a span that can be written, or else only read; nullptr if there is none.
    [[nodiscard]] Span* any_span(Buffer& buffer, bool to_write);
    [[nodiscard]] int any_fd(Buffer& buffer) { return random_.pick(buffer.fds).get(); }
    [[nodiscard]] Tag new_tag() { return stage_.ledger->next_tag++ << 20; }
    void check(const std::byte* memory, Tag tag, std::size_t index, const char* view);
    void check_span(const Buffer& buffer, const Span& span, std::size_t most, const char* view);
    bool add_span(Buffer& buffer, const Result& mapped, Span span);
    void bracket(const Buffer& buffer, std::uint64_t flags);
    void forget_unreachable();
    void drop(Buffer& buffer);

    const Stage& stage_;
    Place place_;
    Random random_;
    Faults faults_;
    uapi::UniqueFd node_;
    uapi::UniqueFd vgem_;
    std::vector<Buffer> buffers_;
    std::vector<std::byte> scratch_;
    std::byte* address_space_ = nullptr; ///< reserved, for mremap() to move things into
};

} // namespace stress
