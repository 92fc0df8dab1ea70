// SPDX-License-Identifier: MIT
#include "worker.hpp"

#include "support/vgem.hpp"

#include <cstring>
#include <numeric>
#include <system_error>

namespace stress {
namespace {

constexpr std::size_t most_buffers = 10;
const std::size_t most_pages = 24 * uapi::mib / page; // of one worker, all buffers together
constexpr std::size_t reserved = 16 * uapi::mib;

Operation choose(Random& random) {
    unsigned total = 0;
    for (const Weighted& entry : operation_table) {
        total += entry.weight;
    }
    std::uint64_t number = random.below(total);
    std::size_t index = 0;
    while (number >= operation_table[index].weight) {
        number -= operation_table[index++].weight;
    }
    return static_cast<Operation>(index);
}

} // namespace

Worker::Worker(const Setup& setup, const Place& place)
    : setup_(setup),
      place_(place),
      random_{setup.seed, place.process, place.start, place.thread},
      faults_(setup.faults),
      node_(uapi::open_node()),
      scratch_(4 * page) {
    void* address = ::mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "cannot reserve address space");
    }
    address_space_ = static_cast<std::byte*>(address);
    buffers_.reserve(most_buffers + 1);
}

Worker::~Worker() {
    buffers_.clear();
    ::munmap(address_space_, reserved);
}

void Worker::run(const std::atomic<bool>& stop) {
    for (; place_.operation < setup_.operations && !stop; ++place_.operation) {
        const Operation operation = choose(random_);
        perform(operation);
        ++setup_.counters->done[static_cast<std::size_t>(operation)];
        remove_released();
        const auto pages = std::accumulate(
            buffers_.begin(), buffers_.end(), std::size_t{0},
            [](std::size_t sum, const Buffer& buffer) { return sum + buffer.pages(); });
        if (buffers_.size() > most_buffers || pages > most_pages) {
            drop(random_.pick(buffers_));
        }
    }
}

void Worker::perform(Operation operation) {
    switch (operation) {
    case Operation::allocate:
        return allocate();
    case Operation::map:
        return map();
    case Operation::map_node:
        return map_node();
    case Operation::map_by_node:
        return map_by_node();
    case Operation::unmap:
        return unmap();
    case Operation::move:
        return move();
    case Operation::protect:
        return protect();
    case Operation::advise:
        return advise();
    case Operation::write:
        return write();
    case Operation::verify:
        return verify();
    case Operation::race:
        return race();
    case Operation::sync:
        return sync();
    case Operation::duplicate:
        return duplicate();
    case Operation::close:
        return close();
    case Operation::pass_to_self:
        return pass_to_self();
    case Operation::pass_on:
        return pass_on();
    case Operation::receive:
        return receive();
    case Operation::hold_path:
        return hold_path();
    case Operation::send_off:
        return send_off();
    case Operation::land:
        return land();
    case Operation::look_around:
        return look_around();
    case Operation::attach:
        return attach();
    case Operation::device_access:
        return device_access();
    case Operation::detach:
        return detach();
    case Operation::overlap:
        return overlap();
    case Operation::prime_import:
        return prime_import();
    case Operation::prime_export:
        return prime_export();
    case Operation::fork:
        return fork();
    case Operation::through_kernel:
        return through_kernel();
    case Operation::wrong_input:
        return wrong_input();
    case Operation::random_ioctl:
        return random_ioctl();
    case Operation::press:
        return press();
    case Operation::fill_cgroup:
        return fill_cgroup();
    case Operation::count:
        break;
    }
}

bool Worker::done(const Result& result, const char* what) {
    if (result.error == 0) {
        return true;
    }
    // A signal may end any wait; it is as if the call had not been made.
    if (result.injected || result.error == EINTR) {
        return false;
    }
    throw Discrepancy(std::string(what) + " failed: " + std::strerror(result.error));
}

void Worker::must_fail(const Result& result, int wanted, const char* what) {
    ++setup_.counters->wrong_inputs;
    if (result.value != -1) {
        throw Discrepancy(std::string(what) + " was accepted");
    }
    if (wanted != 0 && result.error != wanted && !result.injected && result.error != EINTR) {
        throw Discrepancy(std::string(what) + " failed with " + std::strerror(result.error) +
                          ", not " + std::strerror(wanted));
    }
}

Buffer* Worker::any_buffer() {
    return buffers_.empty() ? nullptr : &random_.pick(buffers_);
}

Buffer* Worker::any_buffer_with_fd() {
    Buffer* buffer = any_buffer();
    return buffer == nullptr || buffer->fds.empty() ? nullptr : buffer;
}

Span* Worker::any_span(Buffer& buffer, bool to_write) {
    if (buffer.spans.empty()) {
        return nullptr;
    }
    Span& span = random_.pick(buffer.spans);
    return span.readable && (!to_write || span.writable) ? &span : nullptr;
}

void Worker::check(const std::byte* memory, Tag tag, std::size_t index, const char* view) {
    const std::size_t wrong = first_wrong(memory, tag);
    setup_.counters->bytes_compared += page;
    if (wrong == words) {
        return;
    }
    std::uint64_t found = 0;
    std::uint64_t first = 0;
    std::memcpy(&found, memory + wrong * sizeof(found), sizeof(found));
    std::memcpy(&first, memory, sizeof(first));
    throw Discrepancy("page " + std::to_string(index) + ", seen through " + view + ": word " +
                      std::to_string(wrong) + " is " + std::to_string(found) + ", not " +
                      std::to_string(word(tag, wrong)) + " (the page was last written as " +
                      std::to_string(tag >> 20) + ", and begins as " + std::to_string(first >> 20) +
                      " did)");
}

void Worker::check_span(const Buffer& buffer, const Span& span, std::size_t most,
                        const char* view) {
    const bool all = span.pages <= most;
    for (std::size_t i = 0; i < (all ? span.pages : most); ++i) {
        const std::size_t at = all ? i : random_.below(span.pages);
        check(span.at(at), buffer.tags[span.first + at], span.first + at, view);
    }
}

void Worker::remove_released() {
    std::erase_if(buffers_, [](const Buffer& buffer) { return !buffer.kept(); });
}

/// Releases all that holds the buffer, in any order.
void Worker::drop(Buffer& buffer) {
    while (buffer.kept()) {
        switch (random_.below(6)) {
        case 0:
            if (!buffer.fds.empty()) {
                buffer.fds.pop_back();
            }
            break;
        case 1:
            if (!buffer.spans.empty()) {
                buffer.spans.back().unmap();
                buffer.spans.pop_back();
            }
            break;
        case 2:
            if (!buffer.attachments.empty()) {
                buffer.attachments.pop_back();
            }
            break;
        case 3:
            if (!buffer.paths.empty()) {
                buffer.paths.pop_back();
            }
            break;
        case 4:
            if (!buffer.flights.empty()) {
                buffer.flights.pop_back();
            }
            break;
        default:
            if (buffer.handle != 0) {
                vgem_.close(buffer.handle);
                buffer.handle = 0;
            }
        }
    }
    remove_released();
}

} // namespace stress
