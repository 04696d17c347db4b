// Which looked-at files are analysed: the part of the supervisor that goes strictly in order.
#include "cohort/supervisor.hpp"

#include "cohort/path_text.hpp"

namespace calx::cohort {

Result<void> Supervisor::give_verdicts() {
  while (next_verdict_ < next_todo_) {
    const Ordinal ordinal = todo_[next_verdict_];
    const auto at = tasks_.find(ordinal);
    if (at != tasks_.end()) {
      const auto step = at->second.step;
      if (step == Task::Step::Queued || step == Task::Step::Looking) return {};
      at->second.decided = true;
      if (step == Task::Step::Over) {
        tasks_.erase(at);
      } else if (auto decided = decide(ordinal, at->second); !decided) {
        return decided;
      }
    }
    ++next_verdict_;
  }
  return {};
}

Result<void> Supervisor::decide(Ordinal ordinal, Task& task) {
  const Look& look = *task.look;
  if (look.kind == Look::Kind::Left) {
    ++result_.counts.left_out;
    tasks_.erase(ordinal);
    return {};
  }
  if (look.record.key.content_sha256.empty()) return end_look(ordinal, &look.record);
  const std::string name = record_name(look.record.key);
  const auto [claim, is_first] = claimed_.try_emplace(name, ordinal);
  if (!is_first && claim->second != ordinal) {
    const Record copy = duplicate_of(look.record, look.record.input);
    return end_look(ordinal, &copy);
  }
  const IndexEntry* known = store_.index().by_name(name);
  if (known && store_.has_file(*known) && !plan_.retry.contains(known->outcome) &&
      !(plan_.settings.pictures && known->reason == kPictureReason))
    return decide_on_known(ordinal, task, *known);
  if (look.kind == Look::Kind::Final) return end_look(ordinal, &look.record);
  task.step = Task::Step::Analysing;
  answer(ordinal, MessageType::Go);
  return {};
}

/// These bytes were analysed before. Is it this file, touched; another; or one that was moved here?
Result<void> Supervisor::decide_on_known(Ordinal ordinal, Task& task, const IndexEntry& known) {
  const RecordInput& here = task.look->record.input;
  const auto there = path_from_text(known.input.path), root = path_from_text(known.input.root);
  const bool same_file = known.input.path == here.path && known.input.root == here.root;
  const bool gone = !same_file && there && root &&
                    !listed_.contains(known.input.path + '\t' + known.input.root) &&
                    look_up(*root, *there).inode == 0;
  if (same_file || gone) {
    const Outcome outcome = known.outcome;
    if (auto moved = store_.move(known, here); !moved) return moved;
    ++result_.counts.earlier[outcome];
    return end_look(ordinal, nullptr);
  }
  const Record copy = duplicate_of(task.look->record, here);
  return end_look(ordinal, &copy);
}

/// The file needs no analysis; its worker is free for the next.
Result<void> Supervisor::end_look(Ordinal ordinal, const Record* record) {
  Result<void> result;
  answer(ordinal, MessageType::Rest);
  if (record) result = keep(*record);
  tasks_.erase(ordinal);
  return result;
}

void Supervisor::answer(Ordinal ordinal, MessageType verdict) {
  for (Slot& slot : slots_) {
    if (slot.task != ordinal) continue;
    if (verdict == MessageType::Go) {
      slot.since = Clock::now();
      slot.deadline = slot.since + std::chrono::duration_cast<Clock::duration>(
                                       std::chrono::duration<double>(plan_.limits.wall_s));
    } else {
      slot.task.reset();
    }
    send_message(slot.worker->socket(), {verdict, {}});
  }
}

} // namespace calx::cohort
