// SPDX-License-Identifier: MIT
#pragma once

#include "buffer.hpp"
#include "faults.hpp"
#include "shared_counters.hpp"
#include "support/random.hpp"
#include "support/vgem.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

namespace stress {

using parallax::test::Random;

/// Parameters of all workers of a run.
struct Setup {
    std::uint64_t seed = 0;
    unsigned operations = 0; ///< of each worker
    bool faults = false;     ///< inject failures
    int send = -1;           ///< a socket for buffers that are passed on ...
    int receive = -1;        ///< ... and its other end, both shared by all processes
    std::string cgroup;      ///< a memory cgroup to fill; empty: none
    SharedCounters* counters = nullptr;
};

/// One thread that performs a sequence of operations on its own dma-bufs, and records the expected
/// content of each page. The sequence depends on the seed and its place only; the timing of all
/// workers does not.
class Worker {
public:
    /// @throws std::system_error when the machine lacks something.
    Worker(const Setup& setup, const Place& place);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// @throws Discrepancy
    void run(const std::atomic<bool>& stop);

    [[nodiscard]] const Place& place() const { return place_; }

private:
    struct Result {
        long value;
        int error;     ///< errno if the call failed, else 0
        bool injected; ///< the kernel was made to fail in it
    };

    /// Makes a system call, sometimes with a failure injected.
    /// @param may_be_failed false for calls whose failure the kernel reports as a bug.
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
            ++setup_.counters->failures_injected;
            setup_.counters->calls_refused += result.error != 0 ? 1 : 0;
        }
        return result;
    }

    /// @return true if the call succeeded. @throws Discrepancy if it failed without an injected
    /// failure.
    static bool done(const Result& result, const char* what);

    /// For a call that must fail. @throws Discrepancy if it did not, or with another errno than
    /// @p wanted (0: any).
    void must_fail(const Result& result, int wanted, const char* what);

    void perform(Operation operation);

    // memory.cpp: address space and contents
    void map();
    void map_node();
    void map_by_node();
    void unmap();
    void move();
    void protect();
    void advise();
    void write();
    void verify();
    void race();
    void through_kernel();

    // sharing.cpp: references to the buffer
    void allocate();
    void duplicate();
    void close();
    void pass_to_self();
    void pass_on();
    void receive();
    void hold_path();
    void send_off();
    void land();
    void look_around();
    void fork();
    void press();
    void fill_cgroup();

    // device.cpp: other views
    void sync();
    void attach();
    void device_access();
    void detach();
    void overlap();
    void prime_import();
    void prime_export();

    // abuse.cpp: invalid calls
    void wrong_input();
    void random_ioctl();

    [[nodiscard]] Buffer* any_buffer();
    [[nodiscard]] Buffer* any_buffer_with_fd();
    /// @return a span that can be written, or else only read; nullptr if there is none.
    [[nodiscard]] Span* any_span(Buffer& buffer, bool to_write);
    [[nodiscard]] int any_fd(Buffer& buffer) { return random_.pick(buffer.fds).get(); }
    [[nodiscard]] Tag new_tag() { return setup_.counters->next_tag++ << 20; }
    void check(const std::byte* memory, Tag tag, std::size_t index, const char* view);
    void check_span(const Buffer& buffer, const Span& span, std::size_t most, const char* view);
    bool add_span(Buffer& buffer, const Result& mapped, Span span);
    void map_by(Buffer& buffer);
    bool open_path(Buffer& buffer);
    void attach_to(Buffer& buffer);
    void bracket(const Buffer& buffer, std::uint64_t flags);
    void remove_released();
    void drop(Buffer& buffer);

    const Setup& setup_;
    Place place_;
    Random random_;
    Faults faults_;
    uapi::UniqueFd node_;
    parallax::test::Vgem vgem_;
    std::vector<Buffer> buffers_;
    uapi::UniqueFd strangers_path_; ///< of a file of any process of the run
    std::vector<std::byte> scratch_;
    std::byte* address_space_ = nullptr; ///< reserved, for mremap() to move things into
};

} // namespace stress
