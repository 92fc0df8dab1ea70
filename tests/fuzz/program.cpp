// SPDX-License-Identifier: MIT
#include "program.hpp"

#include "parallax/dmabuf/page_size.hpp"

#include <linux/dma-buf.h>
#include <linux/dmabuf_exporter.h>

#include <importer.h>

#include <drm/drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <algorithm>

namespace fuzz {
namespace {

constexpr std::size_t most_calls = 16;

/// Numbers with a meaning for the interfaces under test.
std::uint64_t number(Random& random) {
    switch (random.below(4)) {
    case 0:
        return random.awkward();
    case 1:
        return 4096 * random.below(1100); // pages, past 4 MiB
    default:
        return random.below(8);
    }
}

constexpr std::array<unsigned long, 8> known_commands{DMA_HEAP_IOCTL_ALLOC,
                                                      DMA_HEAP_IOCTL_ALLOC,
                                                      EXPORTER_IOCTL_HELLO,
                                                      DMA_BUF_IOCTL_SYNC,
                                                      DMA_BUF_SET_NAME_A,
                                                      DMA_BUF_SET_NAME_B,
                                                      DMA_BUF_IOCTL_EXPORT_SYNC_FILE,
                                                      DMA_BUF_IOCTL_IMPORT_SYNC_FILE};
constexpr std::array<unsigned long, 7> device_commands{
    IMPORTER_ATTACH,       IMPORTER_ATTACH,      IMPORTER_DETACH,      IMPORTER_DEVICE_READ,
    IMPORTER_DEVICE_WRITE, IMPORTER_KERNEL_READ, IMPORTER_KERNEL_WRITE};
constexpr std::array<unsigned long, 4> prime_commands{
    DRM_IOCTL_PRIME_FD_TO_HANDLE, DRM_IOCTL_PRIME_FD_TO_HANDLE, DRM_IOCTL_PRIME_HANDLE_TO_FD,
    DRM_IOCTL_GEM_CLOSE};

/// A handle of one of the few objects that a program has at a card.
std::uint64_t handle(Random& random) {
    return random.below(5);
}

/// Two numbers of 32 bits, as a structure has them one after the other.
std::uint64_t both(std::uint64_t first, std::uint64_t second) {
    return first | second << 32;
}

/// The argument as it should be, from which mutation goes on.
void make_known(Call& call, unsigned long command, Random& random) {
    call.numbers[1] = command;
    call.numbers[2] = 0; // the pointer is a good one
    call.memory = {};
    switch (command) {
    case DMA_HEAP_IOCTL_ALLOC:
        call.memory[0] = random.between(1, 5U << 20);
        call.memory[1] = both(0, O_RDWR | O_CLOEXEC); // fd, fd_flags
        break;
    case DMA_BUF_IOCTL_SYNC:
    case DMA_BUF_IOCTL_EXPORT_SYNC_FILE:
        call.memory[0] = random.below(8);
        break;
    case IMPORTER_ATTACH:
        call.memory[0] = both(random.below(16), random.below(5));
        break;
    case IMPORTER_DEVICE_READ:
    case IMPORTER_DEVICE_WRITE:
    case IMPORTER_KERNEL_READ:
    case IMPORTER_KERNEL_WRITE:
        call.memory = {0, random.below(1U << 16), random.below(4096), 0};
        break;
    case DRM_IOCTL_PRIME_FD_TO_HANDLE:
        call.memory[1] = random.below(16); // fd
        break;
    case DRM_IOCTL_PRIME_HANDLE_TO_FD:
        call.memory[0] = both(handle(random), DRM_CLOEXEC | DRM_RDWR);
        break;
    case DRM_IOCTL_GEM_CLOSE:
        call.memory[0] = handle(random);
        break;
    default:
        break;
    }
}

/// A command with a random number and size, to one of the interfaces under test.
unsigned long random_command(Random& random) {
    constexpr std::array<unsigned, 4> types{'H', 'b', 'i', 'd'};
    const unsigned type = random.pick(types);
    auto number = static_cast<unsigned>(random.below(16));
    if (type == 'd' && random.one_in(2)) {
        number = _IOC_NR(random.pick(prime_commands));
    }
    return _IOC(static_cast<unsigned>(random.below(4)), type, number,
                static_cast<unsigned>(random.below(random.one_in(8) ? 4096 : 64)));
}

} // namespace

Call random_call(Random& random) {
    Call call;
    call.kind = static_cast<Kind>(random.below(kinds));
    call.narrow = random.one_in(4);
    for (std::uint64_t& value : call.numbers) {
        value = number(random);
    }
    for (std::uint64_t& value : call.memory) {
        value = number(random);
    }
    if (call.kind == Kind::mmap && !random.one_in(4)) { // one that could be right
        const std::uint64_t page = parallax::page_size();
        const std::uint64_t shared = random.one_in(4) ? MAP_PRIVATE : MAP_SHARED;
        call.numbers[1] = page * random.below(2048);
        call.numbers[2] = page * random.between(1, random.one_in(2) ? 4 : 1024);
        call.numbers[3] = random.below(4) | shared << 3;
        call.memory[0] = page * random.below(random.one_in(2) ? 1 : 512);
    } else if (call.kind == Kind::known_ioctl) {
        make_known(call, random.pick(known_commands), random);
    } else if (call.kind == Kind::device_ioctl) {
        make_known(call, random.pick(device_commands), random);
    } else if (call.kind == Kind::prime_ioctl) {
        make_known(call, random.pick(prime_commands), random);
    } else if (call.kind == Kind::ioctl) {
        call.numbers[1] = random_command(random);
    }
    return call;
}

Program random_program(Random& random) {
    // Most paths need a buffer first, and then a user of it.
    Program program(2);
    program[0].kind = Kind::open_node;
    program[1].kind = Kind::known_ioctl;
    program[1].numbers[1] = DMA_HEAP_IOCTL_ALLOC;
    program[1].memory = {random.between(1, 5U << 20), both(0, O_RDWR), 0, 0};
    if (random.one_in(2)) {
        const bool card = random.one_in(2);
        program.emplace_back().kind = card ? Kind::open_card : Kind::open_importer;
        Call& look = program.emplace_back();
        look.kind = card ? Kind::prime_ioctl : Kind::device_ioctl;
        look.numbers[3] = 1; // to the device that was opened
        make_known(look, card ? DRM_IOCTL_PRIME_FD_TO_HANDLE : IMPORTER_ATTACH, random);
    }
    if (random.one_in(4)) { // the buffer is held by its path alone, or by a message
        const bool path = random.one_in(2);
        program.emplace_back().kind = path ? Kind::open_path : Kind::open_socket;
        program.back().numbers[0] = 1; // of the buffer
        if (!path) {
            program.emplace_back().kind = Kind::send;
            program.back().numbers = {0, 0, 1, 0};
        }
        program.emplace_back().kind = Kind::close;
        program.back().numbers[0] = 1;
        program.emplace_back().kind = path ? Kind::mmap : Kind::receive;
        program.back().numbers = {path ? 0U : 1U, 0, 4096,
                                  PROT_READ | PROT_WRITE | MAP_SHARED << 3};
    }
    while (program.size() < most_calls && !random.one_in(10)) {
        program.push_back(random_call(random));
    }
    return program;
}

Program mutated(Program program, Random& random) {
    do {
        const auto at = static_cast<std::ptrdiff_t>(random.below(program.size()));
        switch (random.below(5)) {
        case 0:
            if (program.size() < most_calls) {
                program.insert(program.begin() + at + 1, random_call(random));
            }
            break;
        case 1:
            if (program.size() > 1) {
                program.erase(program.begin() + at);
            }
            break;
        case 2:
            random.pick(program[static_cast<std::size_t>(at)].numbers) = number(random);
            break;
        case 3: {
            bool& narrow = program[static_cast<std::size_t>(at)].narrow;
            narrow = !narrow;
            break;
        }
        default:
            random.pick(program[static_cast<std::size_t>(at)].memory) = number(random);
        }
    } while (!random.one_in(3));
    return program;
}

} // namespace fuzz
